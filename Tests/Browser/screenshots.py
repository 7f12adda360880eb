"""Checks a page for accessibility, and keeps it as pictures on request.

    SCREENSHOTS=folder   keeps a picture of each page: wide, on a phone, in the dark
"""

import os
import pathlib

from axe_playwright_python.sync_playwright import Axe

FOLDER = os.environ.get("SCREENSHOTS")
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# The scheme changes colours and nothing else.
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
PHONE = {"width": 360, "height": 740}
axe = Axe()


def take(page, name):
    wide = page.viewport_size
    page.evaluate(axe.axe_script)
    for scheme, rules in [("light", RULES), ("dark", COLOURS)]:
        page.emulate_media(color_scheme=scheme)
        for label, size in [("phone", PHONE), ("wide", wide)]:
            page.set_viewport_size(size)
            overflow = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert overflow <= 0, f"{name} does not fit {label}"
            if FOLDER:
                path = pathlib.Path(FOLDER) / f"{name}-{label}-{scheme}.png"
                page.screenshot(path=path, full_page=True)
        check(page, rules, f"{name}, {scheme}")
    page.emulate_media(color_scheme=None)


def check(page, rules, name):
    violations = page.evaluate("rules => axe.run(rules)", rules)["violations"]
    told = [
        f"{violation['id']}: {violation['help']}: {node['html']}"
        for violation in violations
        for node in violation["nodes"]
    ]
    assert not told, f"{name}: " + "\n".join(told)
