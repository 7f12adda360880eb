import HTTPMessage
import Testing

@Suite struct CanonicalPathTests {
    @Test(
        "one canonical form",
        arguments: [
            ("/", "/"), ("/a/b", "/a/b"), ("/a/b/", "/a/b/"),
            ("/%61%2D%2e%5f%7E", "/a-._~"), ("/a%20b", "/a%20b"), ("/caf%c3%a9", "/caf%C3%A9"),
            ("/%3a%40%21%2A%2b", "/:@!*+"), ("/:@!$&'()*+,=", "/:@!$&'()*+,="),
            ("/a/./b", "/a/b"), ("/a/../b", "/b"), ("/a/b/..", "/a/"), ("/a/.", "/a/"),
            ("/a/%2e%2e/b", "/b"), ("/a/.%2E/b", "/b"), ("/./", "/"), ("/a/..", "/"),
            ("/...", "/..."), ("/.well-known/x", "/.well-known/x"), ("/..a", "/..a"),
            ("/%252F", "/%252F"), ("/%23", "/%23"), ("/%3F", "/%3F"),
            ("/a|b^c`{d}\"<e>", "/a%7Cb%5Ec%60%7Bd%7D%22%3Ce%3E"),
            ("/%F0%9F%94%91", "/%F0%9F%94%91"), ("/\u{E9}", "/%C3%A9"),
            ("http://app.example", "/"), ("http://app.example?x", "/"),
            ("HTTP://APP.example:80/a", "/a"), ("https://app.example./a", "/a"),
        ]
    )
    func canonical(target: String, expected: String) throws {
        let head = try #require(try parse(get(target)))
        #expect(head.pathText == expected)
        #expect(head.oddities.isEmpty)
    }

    @Test(
        "what a route may accept keeps its spelling",
        arguments: [
            ("/a%2fb", "/a%2Fb", Leniency.encodedSlash), ("/a//b", "/a//b", .doubleSlash),
            ("//a", "//a", .doubleSlash), ("/a//../b", "/a/b", .doubleSlash),
            ("/a;v=1", "/a;v=1", .semicolon), ("/a%3bv", "/a%3Bv", .semicolon),
            ("/%2f%2F;//", "/%2F%2F;//", [.encodedSlash, .semicolon, .doubleSlash]),
        ] as [(String, String, Leniency)]
    )
    func oddities(target: String, expected: String, oddities: Leniency) throws {
        let head = try #require(try parse(get(target)))
        #expect(head.pathText == expected)
        #expect(head.oddities == oddities)
        #expect(head.refusal(accepting: []) != nil)
        #expect(head.refusal(accepting: oddities) == nil)
    }

    @Test(
        "hidden dot segments are refused even where their disguise is accepted",
        arguments: [
            "/..;/a", "/a/..;x=1/b", "/a%2F..", "/..%2fa", "/a%2f.%2fb", "/.;a", "/a/%2E%2e%3b/b",
        ]
    )
    func hiddenDotSegments(target: String) {
        #expect(rejection(of: get(target)) == .pathDotSegment)
    }

    @Test func theQueryIsNeverTouched() throws {
        let query = "a=%2F%zz//../;%00=?&'\"<>[]{}|\\^`"
        let head = try #require(try parse(get("/a/../b?" + query)))
        #expect(head.pathText == "/b")
        #expect(head.query.map(head.text) == query)
        #expect(head.forwarded().hasPrefix("GET /b?\(query) HTTP/1.1\r\n"))
    }

    @Test func anEmptyQueryStays() throws {
        let head = try #require(try parse(get("/a?")))
        #expect(head.forwarded().hasPrefix("GET /a? HTTP/1.1\r\n"))
    }

    @Test("canonicalising twice changes nothing", arguments: 0..<8)
    func idempotent(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let pieces = [
            "/", "/", ".", "..", "a", "B", "%2e", "%2F", "%41", "%c3%a9", ";", "~", "%7e", "%25",
            "*",
            "é", "//", "%20", "|",
        ]
        var served = 0
        for _ in 0..<2000 {
            let count = Int.random(in: 0..<9, using: &random)
            let path =
                "/" + (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            guard rejection(of: get(path)) == nil else { continue }
            let once = try #require(try parse(get(path)))
            let twice = try #require(try parse(get(once.pathText)))
            #expect(twice.pathText == once.pathText, "\(path)")
            #expect(once.oddities.isSuperset(of: twice.oddities))
            served += 1
        }
        #expect(served > 200)
    }

    @Test(
        "our own paths are recognised in their canonical form",
        arguments: [
            ("/.gatekeeper/x", true), ("/.gatekeeper", true), ("/.gatekeeper/", true),
            ("/a/../.gatekeeper/x", true), ("/%2Egatekeeper/x", true), ("/.gatekeeperx", false),
            ("/.Gatekeeper/", false), ("/a/.gatekeeper/", false), ("/", false),
        ]
    )
    func reserved(target: String, expected: Bool) throws {
        let head = try #require(try parse(get(target)))
        #expect(head.isReservedPath == expected)
    }
}
