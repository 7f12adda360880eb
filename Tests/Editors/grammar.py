"""Colours policies with the TextMate grammar of the VS Code extension.

    grammar.py GRAMMAR WORDS POLICY…

WORDS is a file with a word of the language on each line. Says nothing and ends with 0 where every
token of every policy has a scope, and every word of the language another one than a mere name.
"""

import json
import sys

from textmate_grammar.parsers.base import LanguageParser
from textmate_grammar.utils.cache import init_cache

NAME = "variable.other.gatekeeper-policy"
LEFT_OUT = " \t\n"


def scopes(parser, text):
    """The innermost scope of every character, by line and column; nothing where there is none."""
    found = {}
    root = parser.parse_string(text)
    if root is None:
        return found
    for (line, column), content, tokens in root.flatten():
        if len(tokens) < 2:
            continue
        for index in range(len(content)):
            found[line, column + index] = tokens[-1]
    return found


def main(grammar, words, *policies):
    init_cache("simple")
    with open(grammar) as file:
        parser = LanguageParser(json.load(file))
    problems = []
    for path in policies:
        with open(path) as file:
            text = file.read()
        found = scopes(parser, text)
        assert found, f"{path}: nothing was coloured"
        for number, line in enumerate(text.split("\n")):
            for column, character in enumerate(line):
                if character not in LEFT_OUT and (number, column) not in found:
                    problems.append(f"{path}:{number + 1}:{column + 1}: `{character}` in {line!r}")
    with open(words) as file:
        for word in file.read().split():
            scope = scopes(parser, f"x {word} y").get((0, 2))
            if scope is None or scope == NAME:
                problems.append(f"`{word}` is coloured like a name: {scope}")
    if problems:
        sys.exit("\n".join(problems))


main(*sys.argv[1:])
