"""Edits policies through `gatekeeper lsp` with pygls, a language client that is not ours.

    language_client.py GATEKEEPER FOLDER

Says nothing and ends with 0 where every answer is as an editor needs it.
"""

import asyncio
import pathlib
import sys

from lsprotocol import types
from pygls.lsp.client import LanguageClient

DEFINES = "gatekeeper 1\n\ndefine money = paths /payments/**\n"
MAIN = """gatekeeper 1

admit users

# Grüße 😀: characters that take one, two and four bytes.
policy fresh {
    for users
    on money
    require second-factor within 5 minutes
}

test "payments" {
    when POST /payments/1
    case token aal2, totp 1 minute ago then allow
    case token aal1, password 1 minute ago then allow
}
"""


class Editor(LanguageClient):
    def __init__(self):
        super().__init__("editor", "1")
        self.published = {}
        self.arrived = asyncio.Condition()

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        async def publish(params: types.PublishDiagnosticsParams):
            async with self.arrived:
                self.published[params.uri] = params.diagnostics
                self.arrived.notify_all()

        @self.feature(types.WINDOW_SHOW_MESSAGE)
        def show(params: types.ShowMessageParams):
            self.shown = params.message

    async def codes(self, uri, wanted):
        """Waits until the diagnostics of a document have, or lack, a code."""
        async with self.arrived:
            await asyncio.wait_for(
                self.arrived.wait_for(
                    lambda: uri in self.published
                    and wanted([d.code for d in self.published[uri]])
                ),
                timeout=30,
            )


def place(text, words, offset=0):
    before = text[: text.index(words) + offset]
    line = before.count("\n")
    rest = before[before.rfind("\n") + 1 :]
    return types.Position(line, len(rest.encode("utf-16-le")) // 2)


async def main(program, folder):
    folder = pathlib.Path(folder)
    (folder / "defines.policy").write_text(DEFINES)
    (folder / "main.policy").write_text(MAIN)
    uri = (folder / "main.policy").as_uri()
    defines = (folder / "defines.policy").as_uri()
    document = types.TextDocumentIdentifier(uri)

    editor = Editor()
    await editor.start_io(program, "lsp")
    answer = await editor.initialize_async(
        types.InitializeParams(
            capabilities=types.ClientCapabilities(), root_uri=folder.as_uri(), process_id=None
        )
    )
    assert answer.capabilities.position_encoding == types.PositionEncodingKind.Utf16
    assert answer.server_info.name == "gatekeeper"
    editor.initialized(types.InitializedParams())
    editor.text_document_did_open(
        types.DidOpenTextDocumentParams(
            types.TextDocumentItem(uri, "gatekeeper-policy", 1, MAIN)
        )
    )
    await editor.codes(uri, lambda codes: "GK207" in codes or "GK223" in codes or codes)

    # A mistake while typing, behind characters outside the basic plane, and its mending.
    start = place(MAIN, "second-factor")
    end = types.Position(start.line, start.character + len("second-factor"))
    for text, wanted in [
        ("secnod-factor", lambda codes: "GK120" in codes),
        ("second-factor", lambda codes: "GK120" not in codes),
    ]:
        editor.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(2, uri),
                [
                    types.TextDocumentContentChangePartial(
                        text=text, range=types.Range(start, end)
                    )
                ],
            )
        )
        await editor.codes(uri, wanted)

    hover = await editor.text_document_hover_async(
        types.HoverParams(document, place(MAIN, "fresh", 2))
    )
    assert "Users need a proof by" in hover.contents.value, hover
    assert "`/payments/**`" in hover.contents.value, hover

    definition = await editor.text_document_definition_async(
        types.DefinitionParams(document, place(MAIN, "money", 2))
    )
    assert definition.uri == defines, definition

    references = await editor.text_document_references_async(
        types.ReferenceParams(
            types.ReferenceContext(include_declaration=True), document, place(MAIN, "money", 2)
        )
    )
    assert {location.uri for location in references} == {uri, defines}, references

    edit = await editor.text_document_rename_async(
        types.RenameParams(new_name="cash", text_document=document, position=place(MAIN, "money", 2))
    )
    assert set(edit.changes) == {uri, defines}, edit
    try:
        await editor.text_document_rename_async(
            types.RenameParams(new_name="users", text_document=document, position=place(MAIN, "money", 2))
        )
        raise AssertionError("a reserved word was taken for a name")
    except Exception as error:  # pygls raises the server's error under its own name
        assert "word of the language" in str(error), error

    completion = await editor.text_document_completion_async(
        types.CompletionParams(document, place(MAIN, "within", 0))
    )
    labels = [item.label for item in completion]
    assert "within" in labels and "except" in labels, labels

    symbols = await editor.text_document_document_symbol_async(
        types.DocumentSymbolParams(document)
    )
    assert [symbol.name for symbol in symbols] == ["admit users", "fresh", "payments"], symbols

    edits = await editor.text_document_formatting_async(
        types.DocumentFormattingParams(
            text_document=document,
            options=types.FormattingOptions(tab_size=4, insert_spaces=True),
        )
    )
    assert edits[0].new_text.startswith("gatekeeper 1\n\nadmit users\n\n# Grüße 😀"), edits

    actions = await editor.text_document_code_action_async(
        types.CodeActionParams(
            document, types.Range(start, end), types.CodeActionContext(diagnostics=[])
        )
    )
    assert all(action.edit for action in actions), actions

    lenses = await editor.text_document_code_lens_async(types.CodeLensParams(document))
    run = lenses[-1].command
    assert run.title == "run test", lenses
    result = await editor.workspace_execute_command_async(
        types.ExecuteCommandParams(run.command, run.arguments)
    )
    failed = result["failed"] if isinstance(result, dict) else result.failed
    assert failed == 1, result
    assert editor.shown == "1 passed, 1 failed"

    await editor.shutdown_async(None)
    editor.exit(None)
    await asyncio.wait_for(editor._server.wait(), timeout=30)
    assert editor._server.returncode == 0, editor._server.returncode


asyncio.run(main(*sys.argv[1:]))
