import Testing

@testable import PolicyDSL

/// Paths and hosts as the language writes them.
@Suite struct CheckingWordTests {
    @Test(
        "canonical paths",
        arguments: [
            ("/", "/"), ("/a", "/a"), ("/a/", "/a"), ("/**", "/**"), ("/a/*/b/**", "/a/*/b/**"),
            ("/a.b/~c/-_", "/a.b/~c/-_"), ("/a;v=1/b:c@d!$&'+=", "/a;v=1/b:c@d!$&'+="),
            ("/caf%C3%A9", "/caf%C3%A9"), ("/a%2Fb", "/a%2Fb"), ("/a%20b", "/a%20b"),
            ("/a%28b%29", "/a(b)"), ("/a%2A", "/a*"), ("/a%2Cb", "/a,b"),
        ]
    )
    func paths(word: String, meaning: String) throws {
        #expect(try PathWord(word).pattern().description == meaning)
    }

    @Test(
        "paths that no request can have",
        arguments: [
            "//", "/a//b", "/a//", "/./a", "/a/..", "/%7Ea", "/a%2fb", "/%", "/%4", "/%zz", "/%00",
            "/%5C", "/%1F", "/a\\b", "/a?b", "/a**", "/**/a", "/*a", "/a|b", "/a^", "/%41",
        ]
    )
    func oddPaths(word: String) {
        #expect(throws: PathWord.Problem.self) { try PathWord(word).pattern() }
        #expect(throws: PathWord.Problem.self) { try PathWord(word).concretePath() }
    }

    @Test("a wildcard has no place in an exact path", arguments: ["/*", "/a/**", "/a*"])
    func wildcards(word: String) {
        #expect(throws: PathWord.Problem.self) { try PathWord(word).concretePath() }
    }

    @Test(
        "hosts",
        arguments: [
            ("app.example.com", "app.example.com"), ("APP.Example.com.", "app.example.com"),
            ("*.example.com", "*.example.com"), ("localhost", "localhost"),
            ("10.0.0.1", "10.0.0.1"), ("a_b.example", "a_b.example"), ("*.com", "*.com"),
        ]
    )
    func hosts(word: String, meaning: String) throws {
        #expect(try HostWord.pattern(word).description == meaning)
    }

    @Test(
        "hosts that no request can have",
        arguments: [
            "*", "*.", "a.*", "*.*.a", "a*.example", "a..b", ".a", "a.b:80", "https://a.b",
            "a.b/c", "é.example", String(repeating: "a.", count: 130) + "a",
        ]
    )
    func oddHosts(word: String) {
        #expect(throws: HostWord.Problem.self) { try HostWord.pattern(word) }
    }

    @Test("an exact host is no pattern and no define", arguments: ["*.a.example", "console", "a"])
    func exactHosts(word: String) {
        #expect(throws: HostWord.Problem.self) { try HostWord.concreteHost(word) }
    }
}
