import JSON
import Testing

@Suite struct JSONParsingTests {
    struct Accepted: CustomTestStringConvertible {
        let text: String
        let value: JSONValue

        init(_ text: String, _ value: JSONValue) {
            self.text = text
            self.value = value
        }

        var testDescription: String {
            self.text
        }
    }

    @Test(arguments: [
        Accepted("null", .null),
        Accepted("true", true),
        Accepted(" false\r\n\t", false),
        Accepted("0", 0),
        Accepted("-7", -7),
        Accepted("9223372036854775807", .integer(.max)),
        Accepted("-9223372036854775808", .integer(.min)),
        Accepted("1.5", 1.5),
        Accepted("1e2", .real(100)),
        Accepted("1E-2", .real(0.01)),
        Accepted(#""""#, ""),
        Accepted(#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        Accepted(#""\u00E9\u20ac""#, "\u{E9}\u{20AC}"),
        Accepted(#""\uD83D\uDE00""#, "\u{1F600}"),
        Accepted("\"\u{1F600}\"", "\u{1F600}"),
        Accepted("[]", []),
        Accepted("[1,[2]]", [1, [2]]),
        Accepted("{}", [:]),
        Accepted(#"{"":1}"#, ["": 1]),
        Accepted(#"{"a":{"b":[null]}}"#, ["a": ["b": [.null]]]),
    ])
    func accepts(_ accepted: Accepted) throws {
        #expect(try JSONValue(parsing: accepted.text) == accepted.value)
    }

    struct Refused: CustomTestStringConvertible {
        let bytes: [UInt8]
        let problem: JSONProblem

        init(_ text: String, _ problem: JSONProblem) {
            self.init(Array(text.utf8), problem)
        }

        init(_ bytes: [UInt8], _ problem: JSONProblem) {
            self.bytes = bytes
            self.problem = problem
        }

        var testDescription: String {
            String(decoding: self.bytes, as: UTF8.self)
        }
    }

    static let refused = [
        Refused("", .endOfText),
        Refused("  ", .endOfText),
        Refused("{", .endOfText),
        Refused(#"{"a":"#, .endOfText),
        Refused(#""abc"#, .endOfText),
        Refused("{} {}", .trailingText),
        Refused("1 x", .trailingText),
        Refused("{}\0", .trailingText),
        Refused("nul", .syntax),
        Refused("True", .syntax),
        Refused("NaN", .syntax),
        Refused("Infinity", .syntax),
        Refused("01", .syntax),
        Refused("+1", .syntax),
        Refused("1.", .syntax),
        Refused(".5", .syntax),
        Refused("'a'", .syntax),
        Refused("[1,]", .syntax),
        Refused("{a:1}", .syntax),
        Refused(#"{"a" 1}"#, .syntax),
        Refused("[1 2]", .syntax),
        Refused("// comment\n1", .syntax),
        Refused("\"tab\there\"", .syntax),
        Refused(#""\x41""#, .syntax),
        Refused(#""\uD800""#, .syntax),
        Refused(#""\uDC00\uD800""#, .syntax),
        Refused("\u{FEFF}1", .syntax),
        Refused(#""a\u0000b""#, .nullCharacter),
        Refused(#"{"a\u0000b":1}"#, .nullCharacter),
        Refused(#"{"a":1,"a":1}"#, .duplicateName),
        Refused(#"{"a":1,"\u0061":2}"#, .duplicateName),
        Refused(#"[{"b":{"a":1,"a":1}}]"#, .duplicateName),
        Refused("9223372036854775808", .numberOutOfRange),
        Refused("-9223372036854775809", .numberOutOfRange),
        Refused("1e309", .numberOutOfRange),
        Refused([0x22, 0xC0, 0xAF, 0x22], .invalidUTF8),
        Refused([0x22, 0xE0, 0x80, 0xAF, 0x22], .invalidUTF8),
        Refused([0x22, 0xED, 0xA0, 0x80, 0x22], .invalidUTF8),
        Refused([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], .invalidUTF8),
        Refused([0x22, 0xE9, 0x22], .invalidUTF8),
        Refused([0x22, 0xFF, 0x22], .invalidUTF8),
    ]

    @Test(arguments: refused)
    func refuses(_ refused: Refused) {
        #expect(Self.problem(with: refused.bytes) == refused.problem)
    }

    @Test("every problem occurs in the table")
    func everyProblem() {
        #expect(Set(Self.refused.map { $0.problem }) == Set(JSONProblem.allCases))
    }

    @Test("an error says where, in bytes, lines and columns")
    func position() throws {
        let error = #expect(throws: JSONError.self) {
            try JSONValue(parsing: "{\n  \"a\": 1,\n  \"a\": 2\n}")
        }
        guard case .malformed(let problem, let position) = error else {
            Issue.record("not malformed")
            return
        }
        #expect(problem == .duplicateName)
        #expect(position == JSONPosition(byteOffset: 17, line: 3, column: 5))
        #expect(error?.description == "an object repeats a member name at line 3, column 5")
    }

    @Test("names that differ only in Unicode normalisation are two names")
    func normalisation() throws {
        let value = try JSONValue(parsing: "{\"caf\u{E9}\":1,\"cafe\u{301}\":2}")
        #expect(value["caf\u{E9}"] == 1)
        #expect(value["cafe\u{301}"] == 2)
        #expect(JSONValue.string("caf\u{E9}") != .string("cafe\u{301}"))
    }

    private static func problem(with bytes: [UInt8]) -> JSONProblem? {
        do {
            _ = try JSONValue(parsing: bytes)
            return nil
        } catch .malformed(let problem, _) {
            return problem
        } catch {
            return nil
        }
    }
}
