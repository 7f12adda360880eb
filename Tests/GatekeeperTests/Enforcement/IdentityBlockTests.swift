import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct IdentityBlockTests {
    private func lines(_ json: String, _ profile: ProviderProfile = .supabase) throws -> [String] {
        let lines = IdentityBlock.lines(for: try IdentityFixture.caller(json, profile))
        let text = String(decoding: lines, as: UTF8.self)
        #expect(text.hasSuffix("\r\n"))
        return text.split(separator: "\r\n").map(String.init)
    }

    @Test("a visitor has a class and nothing else")
    func visitor() throws {
        #expect(try self.lines(#"{"role":"anon","sub":"x"}"#) == ["X-Gatekeeper-Class: visitor"])
        #expect(IdentityBlock.visitor == IdentityBlock.lines(for: .visitor))
    }

    @Test("methods are words of the language, latest first, each once")
    func methods() throws {
        let lines = try self.lines(
            #"{"iss":"https://i","sub":"u","session_id":"s","aal":"aal2","amr":["#
                + #"{"method":"password","timestamp":1789990000},"#
                + #"{"method":"mfa/phone","timestamp":1789999000},"#
                + #"{"method":"email/signup","timestamp":1789999900},"#
                + #"{"method":"what\r\nX: y","timestamp":1789999950},"#
                + #"{"method":"password","timestamp":1789998000},"oauth"]}"#
        )
        #expect(
            lines == [
                "X-Gatekeeper-Class: user", "X-Gatekeeper-Issuer: https://i",
                "X-Gatekeeper-Subject: u", "X-Gatekeeper-Session: s", "X-Gatekeeper-AAL: aal2",
                "X-Gatekeeper-Methods: sms,password,oauth",
            ]
        )
    }

    @Test(
        "what the token does not name is not sent",
        arguments: [
            (#"{"sub":"u"}"#, "user"), (#"{"sub":"u","is_anonymous":true}"#, "guest"),
            (#"{"sub":"u","role":"service_role"}"#, "service"),
        ]
    )
    func absent(_ json: String, _ word: String) throws {
        let expected = [
            "X-Gatekeeper-Class: \(word)", "X-Gatekeeper-Subject: u", "X-Gatekeeper-AAL: aal1",
            "X-Gatekeeper-Methods: ",
        ]
        #expect(try self.lines(json) == expected)
    }
}
