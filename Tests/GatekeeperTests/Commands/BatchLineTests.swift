import ArgumentParser
import JSON
import PolicyDSL
import Testing
import TokenVerify

@testable import Gatekeeper

@Suite struct BatchLineTests {
    private func members(_ text: String) throws -> JSONObject {
        try BatchLine.members(Array(text.utf8))
    }

    @Test(
        "a line that is no JSON object cannot be read",
        arguments: ["", "x", "[]", "1", "null", "{} {}", #"{"id":1,"id":2}"#, "{\"a\":\"\u{0}\"}"]
    )
    func unreadable(_ text: String) {
        #expect(throws: CommandFailure.self) { try self.members(text) }
    }

    @Test(
        "a moment is a date, an RFC 3339 time or seconds since 1970",
        arguments: [
            (#""2026-09-21T14:13:20Z""#, 1_790_000_000_000_000 as Int64?),
            (#""2026-09-21T16:13:20+02:00""#, 1_790_000_000_000_000),
            (#""2026-09-21""#, 1_789_948_800_000_000), ("1790000000", 1_790_000_000_000_000),
            ("1790000000.5", 1_790_000_000_500_000), ("null", nil),
        ]
    )
    func instants(_ value: String, _ expected: Int64?) throws {
        let line = try self.members(#"{"at":\#(value)}"#)
        #expect(try BatchLine.instant(line)?.microseconds == expected)
    }

    @Test(
        "anything else is not",
        arguments: ["\"now\"", "true", "-1", "{}", "\"\"", "1e300", "9223372036854775807"]
    )
    func badInstants(_ value: String) throws {
        let line = try self.members(#"{"at":\#(value)}"#)
        #expect(throws: CommandFailure.self) { try BatchLine.instant(line) }
    }

    @Test("a string or a list of strings")
    func strings() throws {
        #expect(try BatchLine.strings("a", "x") == ["a"])
        #expect(try BatchLine.strings(["a", "b"], "x") == ["a", "b"])
        #expect(try BatchLine.strings([], "x") == [])
        for value in [JSONValue.integer(1), .null, ["a", 1], [["a"]]] {
            #expect(throws: CommandFailure.self) { try BatchLine.strings(value, "x") }
        }
    }

    @Test(
        "a verify line is answered with its id, or says why it cannot be read",
        arguments: [
            (#"{"id":1,"jwks":{"keys":[]}}"#, "`token` must be a string"),
            (#"{"id":1,"token":1,"jwks":{"keys":[]}}"#, "`token` must be a string"),
            (#"{"id":1,"token":"x"}"#, "`jwks` is missing"),
            (#"{"id":1,"token":"x","jwks":{},"issuer":1}"#, "`issuer` must be a string"),
            (
                #"{"id":1,"token":"x","jwks":{},"algorithms":["none"]}"#,
                "`algorithms` names an unknown algorithm"
            ),
            (
                #"{"id":1,"token":"x","jwks":{},"algorithms":[]}"#,
                "`algorithms` names an unknown algorithm"
            ),
        ]
    )
    func verifyErrors(_ line: String, _ message: String) {
        let result = self.verify(line)
        #expect(result["id"] == 1)
        #expect(result["error"]?.stringValue == message)
    }

    private func verify(_ line: String) -> JSONObject {
        TokenQuestion.answer(
            line: Array(line.utf8),
            defaults: TokenExpectations(),
            at: nil,
            signatureOnly: false
        )
    }

    @Test("a verify line's own expectations count")
    func verifyLines() throws {
        let token = try EnforcementFixture.token(now: CommandFixture.now)
        let keys = KeyFixture.set("a").replacing(
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr8",
            with: Base64URL.encode(Array("0123456789abcdef0123456789abcdef".utf8))
        )
        let rows: [(String, JSONValue)] = [
            ("", .null), (#","issuer":"https://one.example.com""#, .null),
            (#","issuer":null,"audience":null,"algorithms":null"#, .null),
            (#","issuer":"https://x""#, "issuer-mismatch"),
            (#","audience":"x""#, "audience-mismatch"),
            (#","audience":["x","api"]"#, .null),
            (#","algorithms":["ES256"]"#, "algorithm-not-allowed"),
            (#","algorithms":"HS256""#, .null), (#","at":1790009999"#, "token-expired"),
        ]
        for (more, code) in rows {
            let at = more.contains("\"at\"") ? "" : #","at":1790000000"#
            let result = self.verify(
                #"{"id":"x","token":"\#(token)","jwks":\#(keys)\#(at)\#(more)}"#
            )
            #expect(result["valid"] == .bool(code.isNull))
            #expect(result["code"] == code)
            #expect(result.names == ["id", "valid", "code"])
        }
        #expect(self.verify("x").names == ["id", "error"])
    }
}
