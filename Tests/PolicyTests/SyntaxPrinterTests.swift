import Testing

@testable import PolicyDSL

@Suite struct SyntaxPrinterTests {
    private static let files = ["policies", "policies/worked"]

    private func printed(_ text: String) -> String {
        let parsed = ParsedSource(PolicySource(name: "test.policy", text: text))
        return SyntaxPrinter.text(of: parsed.tree, comments: parsed.comments, from: parsed.source)
    }

    private func printed(items: String) -> String {
        String(self.printed("gatekeeper 1\n" + items).dropFirst("gatekeeper 1\n\n".count))
    }

    @Test("reading what was printed gives the same tree, comments and all", arguments: Self.files)
    func identity(folder: String) throws {
        for source in try RepositoryFile.policies(in: folder) {
            let before = ParsedSource(source)
            let text = SyntaxPrinter.text(
                of: before.tree,
                comments: before.comments,
                from: source
            )
            let after = ParsedSource(PolicySource(name: source.name, text: text))
            #expect(after.tree == before.tree, "\(source.name)")
            #expect(after.comments.map(\.text) == before.comments.map(\.text))
            #expect(self.printed(text) == text, "printing is idempotent")
            #expect(text == source.text(of: SourceSpan(start: 0, end: source.bytes.count)))
        }
    }

    @Test("a tree that a program made prints without its sources", arguments: Self.files)
    func withoutSource(folder: String) throws {
        for source in try RepositoryFile.policies(in: folder) {
            let tree = ParsedSource(source).tree
            let text = SyntaxPrinter.text(of: tree)
            #expect(ParsedSource(PolicySource(name: "x", text: text)).tree == tree)
        }
    }

    @Test("random trees survive printing and reading", arguments: 0..<200)
    func randomTrees(seed: Int) {
        var random = RandomTree(seed: UInt64(seed))
        let tree = random.tree()
        let text = SyntaxPrinter.text(of: tree)
        let parsed = ParsedSource(PolicySource(name: "random.policy", text: text))
        #expect(parsed.diagnostics.map(\.message) == [], "\(text)")
        #expect(parsed.tree == tree, "\(text)")
        #expect(self.printed(text) == text)
    }

    @Test("one canonical layout")
    func layout() {
        let text = self.printed(
            items: """
                pages {sign-in /login  step-up
                /mfa with /a,/b}
                admit users
                policy a "title"{for users except users with role "x","y" on writes /x at a.example
                require(totp or sms)and password otherwise deny}
                test "t" { given user created 2020-01-01 when GET /x case aal2 then allow
                case token aal1,totp 2 minutes ago then step-up because a }
                """
        )
        #expect(
            text == """
                pages {
                    sign-in /login
                    step-up /mfa with /a, /b
                }

                admit users

                policy a "title" {
                    for users except users with role "x", "y"
                    on writes /x at a.example
                    require (totp or sms) and password
                    otherwise deny
                }

                test "t" {
                    given user created 2020-01-01
                    when  GET /x
                    case  aal2                           then allow
                    case  token aal1, totp 2 minutes ago then step-up because a
                }

                """
        )
    }

    @Test("comments keep their places")
    func comments() {
        let text = """
            # the file
            gatekeeper 1  # version

            # money
            define money = paths
                /payments/**,  # cards
                # the bank
                /payouts/**

            admit users  # all of them

            policy a {  # first
                # whom
                for users

                # what
                require aal2  # always
                # the end
            }

            # after all

            """
        #expect(self.printed(text) == text)
    }

    @Test("a comment in the middle of a clause goes above it")
    func strayComments() {
        let text = self.printed(items: "policy a { for # whom\nusers require # what\n aal2 }")
        #expect(
            text == """
                policy a {
                    # whom
                    for users
                    # what
                    require aal2
                }

                """
        )
        #expect(self.printed(items: text) == text)
    }

    @Test("a long list takes a line for each element")
    func longLists() {
        let paths = (1...12).map { "/a/long/path/number/\($0)/**" }
        let text = self.printed(
            items: "admit users to reads \(paths.joined(separator: ", ")) at a.example"
        )
        #expect(
            text == "admit users to reads\n    " + paths.joined(separator: ",\n    ")
                + "\n    at a.example\n"
        )
        #expect(self.printed(items: text) == text)
    }

    @Test("one blank line is kept between clauses, never two, and none at the start of a block")
    func blankLines() {
        let text = self.printed(
            items: "policy a {\n\n for users\n\n\n require aal2\n\n}\n\n\nadmit users"
        )
        #expect(
            text == """
                policy a {
                    for users

                    require aal2
                }

                admit users

                """
        )
    }
}
