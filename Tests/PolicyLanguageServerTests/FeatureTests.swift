import JSON
import Testing

@testable import PolicyLanguageServer

@Suite struct FeatureTests {
    static let set = """
        gatekeeper 1

        define money = paths /payments/**, /payouts/**

        admit users

        policy money-is-fresh {
            for users
            on writes money
            require second-factor except sms within 5 minutes
            because "Moving money needs a fresh proof."
        }

        test "payments" {
            when POST /payments/1
            case token aal2, totp 1 minute ago then allow
            case token aal1, password 1 minute ago then step-up because money-is-fresh
        }

        """

    @Test("mistakes are told once typing rests, and taken back when they are mended")
    func diagnostics() {
        var editor = Editor()
        editor.open("gatekeeper 1\nadmit usres\n")
        #expect(editor.codes() == nil, "nothing is told while more may come")
        editor.settle()
        #expect(editor.codes() == ["GK105"])
        #expect(editor.diagnostics()?.first?["range"]?["start"] == ["line": 1, "character": 6])
        #expect(editor.diagnostics()?.first?["severity"] == 1)
        editor.tell(
            "textDocument/didChange",
            [
                "textDocument": ["uri": .string(Editor.uri), "version": 2],
                "contentChanges": [
                    [
                        "range": [
                            "start": ["line": 1, "character": 8],
                            "end": ["line": 1, "character": 10],
                        ],
                        "text": "er",
                    ]
                ],
            ]
        )
        editor.settle()
        #expect(editor.codes()?.contains("GK105") == false)
        editor.tell(
            "textDocument/didClose",
            ["textDocument": ["uri": .string(Editor.uri)]]
        )
        editor.settle()
        #expect(editor.codes() == [])
    }

    @Test("the files of a folder are one set")
    func folders() {
        var editor = Editor(files: ["defines.policy": "gatekeeper 1\ndefine money = paths /pay\n"])
        editor.open("gatekeeper 1\nadmit users to money\n")
        editor.settle()
        #expect(editor.codes()?.contains("GK120") == false)
        let definition = editor.ask(
            "textDocument/definition",
            at: "gatekeeper 1\nadmit users to mo|ney\n"
        )
        #expect(definition["result"]?["uri"] == "file:///work/set/defines.policy")
    }

    @Test("files that cannot be one set are sets of their own, each with its tests")
    func alternatives() {
        let one = "gatekeeper 1\npages { sign-in /login }\nadmit users\n"
        var editor = Editor(files: ["other.policy": one, "main.policy": one])
        editor.open(one)
        editor.settle()
        #expect(editor.codes()?.contains("GK151") == false)
        let test = "gatekeeper 1\ntest \"t\" { then unauthenticated }\n"
        let uri = "file:///work/set/main.test.policy"
        editor.open(test, at: uri)
        editor.settle()
        #expect(editor.codes(of: uri) == ["GK226"], "`admit` stands in the file that is tested")
    }

    struct Completion: CustomTestStringConvertible, Sendable {
        let text: String
        let words: [String]
        let absent: [String]

        init(_ text: String, _ words: [String], without absent: [String] = []) {
            self.text = text
            self.words = words
            self.absent = absent
        }

        var testDescription: String { self.text }
    }

    private static let opening =
        "gatekeeper 1\ndefine money = paths /pay\ndefine hw = methods totp\n"

    @Test(
        "what is completed is what the grammar takes",
        arguments: [
            Completion("|", ["gatekeeper"], without: ["policy"]),
            Completion(opening + "|", ["pages", "define", "admit", "policy", "test"]),
            Completion(opening + "adm|", ["admit"]),
            Completion(opening + "admit |", ["users", "anyone"], without: ["to"]),
            Completion(opening + "admit users |", ["to", "policy"], without: ["users"]),
            Completion(opening + "admit users to |", ["reads", "writes", "money", "/", "at"]),
            Completion(
                opening + "policy a {\n    |\n}\n",
                ["for", "on", "require", "deny", "grace"],
                without: ["admit"]
            ),
            Completion(
                opening + "policy a { for users |",
                ["created", "with", "except", "require"],
                without: ["users"]
            ),
            Completion(
                opening + "policy a { for users with |",
                ["no", "a", "at", "role", "claim"]
            ),
            Completion(opening + "policy a { for users with a verified |", ["totp", "factor"]),
            Completion(opening + "policy a { for users with claim |", ["app_metadata.role"]),
            Completion(
                opening + "policy a { for users require |",
                ["aal2", "sign-in", "one", "totp", "second-factor", "hw"],
                without: ["money"]
            ),
            Completion(
                opening + "policy a { for users require aal2 |",
                ["confirmed", "within", "and"]
            ),
            Completion(opening + "policy a { for users require aal2 within |", ["5", "15"]),
            Completion(
                opening + "policy a { for users require aal2 within 5 |",
                ["minutes", "hours"]
            ),
            Completion(opening + "policy a { for users mode |", ["enforce", "monitor"]),
            Completion(opening + "test \"t\" { case |", ["user", "token", "guest", "aal1", "no"]),
            Completion(opening + "test \"t\" { then |", ["allow", "step-up", "deny"]),
            Completion(
                opening + "policy a { for users deny }\ntest \"t\" { then deny because |",
                ["a"]
            ),
            Completion(opening + "# a |", []),
            Completion(opening + "policy a { for users with role \"a|", []),
        ]
    )
    func completion(_ row: Completion) {
        var editor = Editor()
        let answer = editor.ask("textDocument/completion", at: row.text)
        let labels = (answer["result"]?.arrayValue ?? []).compactMap { $0["label"]?.stringValue }
        for word in row.words { #expect(labels.contains(word), "\(word): \(labels)") }
        for word in row.absent { #expect(!labels.contains(word), "\(word): \(labels)") }
        if row.words.isEmpty { #expect(labels == []) }
    }

    @Test(
        "hovering tells the sentence in plain words, and what it applies to",
        arguments: [
            ("policy money-is-|fresh", "Users need a proof by authenticator app or security key"),
            ("policy money-is-|fresh", "when writing to `/payments/**` or `/payouts/**`"),
            ("policy money-is-|fresh", "Stands on"),
            ("on writes mo|ney", "**money** stands for the paths `/payments/**`, `/payouts/**`"),
            ("for us|ers", "people who are signed in"),
            ("admit us|ers", "Users may come in everywhere."),
        ]
    )
    func hover(place: String, expected: String) throws {
        let words = place.split(separator: "|").joined()
        try #require(Self.set.contains(words))
        var editor = Editor()
        let answer = editor.ask("textDocument/hover", at: Self.set.replacing(words, with: place))
        let text = answer["result"]?["contents"]?["value"]?.stringValue ?? ""
        #expect(text.contains(expected), "\(text)")
    }

    @Test("a name is changed everywhere, and in no other place")
    func rename() {
        var editor = Editor()
        let text = Self.set.replacing("define money", with: "define mo|ney")
        let answer = editor.ask("textDocument/rename", at: text, ["newName": "cash"])
        let edits = answer["result"]?["changes"]?[Editor.uri]?.arrayValue ?? []
        #expect(edits.count == 2)
        let policy = Self.set.replacing("because money-is-fresh", with: "because money-|is-fresh")
        let renamed = editor.ask("textDocument/rename", at: policy, ["newName": "fresh"])
        #expect(renamed["result"]?["changes"]?[Editor.uri]?.arrayValue?.count == 2)
    }

    @Test(
        "a name that would break the set is refused",
        arguments: ["users", "My Name", "", "money-is-fresh {", "other"]
    )
    func refusedNames(name: String) {
        var editor = Editor()
        let text = Self.set.replacing(
            "define money",
            with: "define other = paths /o\ndefine mo|ney"
        )
        let answer = editor.ask("textDocument/rename", at: text, ["newName": .string(name)])
        #expect(answer["error"]?["code"] == -32803, "\(answer)")
    }

    @Test("references are all places of a name")
    func references() {
        var editor = Editor()
        let text = Self.set.replacing("on writes money", with: "on writes mon|ey")
        let all = editor.ask("textDocument/references", at: text)
        #expect(all["result"]?.arrayValue?.count == 2)
        let uses = editor.ask(
            "textDocument/references",
            at: text,
            ["context": ["includeDeclaration": false]]
        )
        #expect(uses["result"]?.arrayValue?.count == 1)
    }

    @Test("formatting gives the canonical layout, and leaves alone what it cannot read")
    func formatting() {
        var editor = Editor()
        let document: JSONValue = ["textDocument": ["uri": .string(Editor.uri)]]
        editor.open("gatekeeper 1\nadmit    users")
        let edits = editor.ask("textDocument/formatting", document)["result"]?.arrayValue
        #expect(edits?.first?["newText"] == "gatekeeper 1\n\nadmit users\n")
        editor.open("gatekeeper 1\nadmit")
        #expect(editor.ask("textDocument/formatting", document)["result"] == JSONValue.null)
        editor.open("gatekeeper 1\n\nadmit users\n")
        #expect(editor.ask("textDocument/formatting", document)["result"] == [])
    }

    @Test("the outline names every item")
    func symbols() {
        var editor = Editor()
        editor.open(Self.set)
        let answer = editor.ask(
            "textDocument/documentSymbol",
            ["textDocument": ["uri": .string(Editor.uri)]]
        )
        let names = answer["result"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
        #expect(names == ["money", "admit users", "money-is-fresh", "payments"])
    }

    @Test("findings can be mended where they stand")
    func actions() {
        var editor = Editor()
        editor.open("gatekeeper 1\nadmit usres\n")
        let typo = self.actions(&editor, line: 1)
        #expect(typo.contains("write `users`"))
        editor.open("gatekeeper 1\nadmit   users\n")
        #expect(self.actions(&editor, line: 0).contains("repair: not in the canonical layout"))
        editor.open(
            Self.set.replacing("    because \"Moving money needs a fresh proof.\"\n", with: "")
        )
        let fresh = Self.set.replacing("second-factor except sms", with: "second-factor")
        editor.open(fresh)
        #expect(self.actions(&editor, line: 9).contains("allow GK207 here, and say why"))
    }

    private func actions(_ editor: inout Editor, line: Int64) -> [String] {
        let start: JSONValue = ["line": .integer(line), "character": 0]
        let end: JSONValue = ["line": .integer(line), "character": 99]
        let answer = editor.ask(
            "textDocument/codeAction",
            [
                "textDocument": ["uri": .string(Editor.uri)],
                "range": ["start": start, "end": end], "context": ["diagnostics": []],
            ]
        )
        return (answer["result"]?.arrayValue ?? []).compactMap { $0["title"]?.stringValue }
    }

    @Test("a lens runs the test it stands above, and failures are shown in place")
    func lenses() {
        var editor = Editor()
        editor.open(Self.set.replacing("ago then allow", with: "ago then deny"))
        let document: JSONValue = ["textDocument": ["uri": .string(Editor.uri)]]
        let lenses = editor.ask("textDocument/codeLens", document)["result"]?.arrayValue ?? []
        #expect(lenses.compactMap { $0["command"]?["title"]?.stringValue }.count == 2)
        let command = lenses.last?["command"] ?? .null
        let result = editor.ask("workspace/executeCommand", command)["result"] ?? .null
        #expect(result["passed"] == 1)
        #expect(result["failed"] == 1)
        let failure = result["failures"]?.arrayValue?.first ?? .null
        #expect(failure["expected"] == "deny")
        #expect(failure["got"] == "allow")
        editor.settle()
        let sources = editor.diagnostics()?.compactMap { $0["source"]?.stringValue }
        #expect(sources?.contains("gatekeeper test") == true)
    }
}
