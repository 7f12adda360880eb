import Testing

@testable import PolicyDSL

@Suite struct SyntaxFormattingTests {
    private func formatting(_ text: String) throws -> Formatting {
        try Formatting(PolicySource(name: "a.policy", text: text))
    }

    @Test("a canonical file stays as it is")
    func unchanged() throws {
        let formatting = try self.formatting("gatekeeper 1\n\nadmit users\n")
        #expect(!formatting.isChanged)
        #expect(formatting.diff.isEmpty)
    }

    @Test("a changed file comes with its differences")
    func changed() throws {
        let formatting = try self.formatting(
            "gatekeeper 1\n\nadmit   users  # all\npolicy a {for users deny}\n\nadmit guests\n"
        )
        #expect(formatting.isChanged)
        #expect(
            formatting.diff == """
                --- a.policy
                +++ a.policy
                @@ -3,2 +3,6 @@
                -admit   users  # all
                -policy a {for users deny}
                +admit users  # all
                +
                +policy a {
                +    for users
                +    deny
                +}

                """
        )
        #expect(!(try self.formatting(formatting.text).isChanged))
    }

    @Test(
        "another end of the file is a change",
        arguments: [
            ("", "@@ -3 +3 @@\n-admit users\n\\ No newline at end of file\n+admit users\n"),
            ("\r\n", "@@ -3 +3 @@\n-admit users\r\n+admit users\n"),
            ("\n\n", "@@ -4 +3,0 @@\n-\n"),
        ]
    )
    func ends(end: String, hunk: String) throws {
        let formatting = try self.formatting("gatekeeper 1\n\nadmit users" + end)
        #expect(formatting.diff == "--- a.policy\n+++ a.policy\n" + hunk)
    }

    @Test("a file with errors is not touched")
    func errors() {
        #expect(throws: Formatting.Refusal.self) { try self.formatting("gatekeeper 1 admit userz") }
    }

    @Test("random trees keep their meaning, whatever their layout was", arguments: 0..<100)
    func random(seed: UInt64) throws {
        var random = RandomTree(seed: seed)
        let text = SyntaxPrinter.text(of: random.tree())
        let squeezed = text.split(separator: "\n").joined(separator: "  \t")
        #expect(try self.formatting(squeezed).text.contains("gatekeeper 1\n"))
    }
}
