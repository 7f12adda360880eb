import HTTPMessage
import Testing

@Suite struct CookieTests {
    private func pairs(_ fields: String...) throws -> [String] {
        let text =
            "GET / HTTP/1.1\r\nHost: a\r\n" + fields.map { "Cookie: \($0)\r\n" }.joined() + "\r\n"
        let head = try #require(try parse(text))
        var pairs: [String] = []
        head.forEachCookie { pair in
            pairs.append("\(head.text(pair.name))|\(head.text(pair.value))")
        }
        return pairs
    }

    @Test func pairsOfAllFieldsInOrder() throws {
        #expect(try self.pairs("a=1; b=2", "c=3") == ["a|1", "b|2", "c|3"])
    }

    @Test(
        "odd but served",
        arguments: [
            ("a=1;b=2", ["a|1", "b|2"]), (" a = 1 ; ;; b=2;", ["a|1", "b|2"]),
            ("a=b=c", ["a|b=c"]), ("a=", ["a|"]), ("=a", ["|a"]), ("a", ["|a"]),
            ("a=\"x y\"", ["a|\"x y\""]), ("", []), (";", []), ("a=1; a=2", ["a|1", "a|2"]),
        ]
    )
    func odd(value: String, expected: [String]) throws {
        #expect(try self.pairs(value) == expected)
    }
}
