import JSON
import Testing

/// Plain texts are read without jansson: never otherwise than jansson would.
@Suite struct PlainReaderTests {
    private static let limits = JSONLimits(maximumBytes: 1_000, maximumDepth: 4, maximumMembers: 40)

    private static func plain(_ text: String) -> JSONValue? {
        JSONDocument(plain: Array(text.utf8), limits: self.limits)?.root.value
    }

    private static func jansson(_ text: String) -> JSONValue? {
        try? JSONDocument(jansson: Array(text.utf8), limits: self.limits).root.value
    }

    @Test(arguments: [
        "null", "true", "false", "0", "-0", "-7", "999999999999999999", "-999999999999999999",
        #""""#, #""a b!~""#, "[]", "{}", #"{"":""}"#, #"{"a":[{"b":[]}],"c":{}}"#, "[1, 2 ,3 ]",
        #" { "a" : true , "b" : null } "#, #"{"ab":1,"ba":2,"a":3,"b":4}"#,
        // The marks of these two names are one and the same.
        #"{"axb":1,"ayb":2}"#, "\"\u{E9}\"",
        "{\"caf\u{E9}\":\"\u{1F600}\",\"cafe\u{301}\":\"\u{10FFFF}\"}",
    ])
    func plain(_ text: String) {
        #expect(Self.plain(text) != nil)
        Self.expectNoDifference(text)
    }

    @Test(
        "what is not plain is jansson's to read, or to refuse",
        arguments: [
            "", " ", "nul", "nulls", "truefalse", "+1", "01", "-01", "-", "--1", "1-", "1 2", "1.5",
            "1e3", "1000000000000000000", "99999999999999999999", #"""#, #""a"#, #""\n""#,
            #""\u0041""#,
            "\"\u{7F}\"", "\"a\nb\"", "\"\0\"", "[", "]", "[1", "[1,", "[1,]", "[,1]",
            "[1 2]", "[1}", "{", "}", "{]", #"{"a""#, #"{"a":"#, #"{"a":1"#, #"{"a":1,"#,
            #"{"a":1,}"#, #"{,"a":1}"#, #"{"a" 1}"#, "{a:1}", "{1:1}", #"{"a":1 "b":2}"#,
            #"{"a":1]"#, #"{"a":1,"a":1}"#, #"{"b":0,"a":1,"c":[{"a":2}],"a":1}"#, #"{"":1,"":1}"#,
            "\t1", "1\n", "{}\0", "[[[[[]]]]]", #"{"a":{"b":{"c":{"d":{}}}}}"#, "\u{FEFF}1", "'a'",
        ]
    )
    func other(_ text: String) {
        #expect(Self.plain(text) == nil)
    }

    @Test(
        "small objects and long arrays are plain, up to the limit",
        arguments: [0, 1, 32, 33, 40, 41]
    )
    func sizes(_ count: Int) {
        let members = (0..<count).map { #""n\#($0)":\#($0)"# }.joined(separator: ",")
        let object = Self.plain("{\(members)}")
        #expect((object != nil) == (count <= 32))
        #expect(object == nil || object == Self.jansson("{\(members)}"))
        let elements = "[" + (0..<count).map(String.init).joined(separator: ",") + "]"
        let array = Self.plain(elements)
        #expect((array != nil) == (count <= 40))
        #expect(array == Self.jansson(elements))
    }

    @Test("a string of any length ends where it ends")
    func ends() {
        for count in 0..<200 {
            let text = "\"" + String(repeating: "x", count: count) + "\""
            #expect(Self.plain(text) == .string(String(repeating: "x", count: count)))
            #expect(Self.plain(text + "x") == nil)
        }
    }

    @Test(
        "what is not UTF-8 is not plain",
        arguments: [
            [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE9],
            [0xFF], [0x80], [0xC3], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]]
    )
    func otherEncodings(_ bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(JSONDocument(plain: [quote] + bytes + [quote]) == nil)
    }

    // The pieces are such that about a third of the texts is JSON.
    private static let pieces = [
        "{", "}", "[", "]", ",", ":", " ", "\t", "\"a\"", "\"b\"", "\"ab\"", "\"ba\"", "\"\"", "0",
        "-1", "12", "1.0", "1e1", "true", "false", "null", "\"\\u0061\"", "\"\u{E9}\"", "\"", "\\",
        "x", "\0", "\u{7F}",
    ]

    @Test("what is read plainly, jansson reads, and to the same value")
    func random() {
        var generator = SystemRandomNumberGenerator()
        var plain = 0
        for _ in 0..<20_000 {
            var text = Self.text(depth: 0, using: &generator)
            if Bool.random(using: &generator) {
                let place = text.indices.randomElement(using: &generator) ?? text.startIndex
                let piece = Self.pieces.randomElement(using: &generator) ?? ""
                text.replaceSubrange(place...place, with: piece)
            }
            guard Self.plain(text) != nil else { continue }
            plain += 1
            Self.expectNoDifference(text)
        }
        #expect(plain > 2_000)
    }

    /// Compares as text as well, since objects are equal whatever their order.
    private static func expectNoDifference(_ text: String) {
        let (plain, jansson) = (Self.plain(text), Self.jansson(text))
        #expect(plain == jansson, "\(text.debugDescription)")
        #expect(plain?.serialized() == jansson?.serialized(), "\(text.debugDescription)")
    }

    private static func text(
        depth: Int,
        using generator: inout SystemRandomNumberGenerator
    ) -> String {
        let items = { (generator: inout SystemRandomNumberGenerator) in
            (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                self.text(depth: depth + 1, using: &generator)
            }
        }
        switch Int.random(in: 0...(depth < 5 ? 3 : 1), using: &generator) {
        case 0, 1: return self.pieces[8...20].randomElement(using: &generator) ?? "1"
        case 2: return "[" + items(&generator).joined(separator: ",") + "]"
        default:
            let members = items(&generator).map { item in
                "\(self.pieces[8...12].randomElement(using: &generator) ?? "")" + ":" + item
            }
            return "{" + members.joined(separator: ", ") + "}"
        }
    }
}
