import JSON
import Testing

@testable import MFAPages

private let id = "c4d2f7aa-9b1b-4c0e-8a59-11aa22bb33cc"

@Suite struct AuthReplyTests {
    private func reply(
        to call: AuthCall = .user,
        status: Int = 200,
        code: String? = nil,
        _ body: String
    ) -> AuthReply {
        AuthReply(
            to: call,
            status: status,
            errorCode: code,
            retryAfter: nil,
            body: Array(body.utf8)
        )
    }

    @Test func aUserWithFactors() throws {
        let body = """
            {"id":"u1","email":"ada@example.test","phone":"","is_anonymous":false,
             "created_at":"2026-03-01T09:14:58Z","factors":[
             {"id":"\(id)","friendly_name":"Pixel","factor_type":"totp","status":"verified"},
             {"id":"\(id)","factor_type":"phone","status":"unverified","phone":"15550100123"},
             {"id":"\(id)","factor_type":"retina","status":"verified"},
             {"id":"../user","factor_type":"totp","status":"verified"}]}
            """
        guard case .user(let user) = self.reply(body) else {
            Issue.record("no user")
            return
        }
        #expect(user.account == "ada@example.test")
        #expect(user.factors.map(\.kind) == [.totp, .phone, nil])
        #expect(user.verified.count == 2)
        #expect(user.factors[1].phoneEnding == "123")
        #expect(self.reply(#"{"id":"u1"}"#) == .user(AuthUser(id: "u1")))
        #expect(AuthUser(phone: "15550109").account == "+15550109")
    }

    @Test(
        "an error's word in each of its shapes",
        arguments: [
            #"{"code":422,"error_code":"mfa_challenge_expired","msg":"x"}"#,
            #"{"code":"mfa_challenge_expired","message":"x"}"#,
            #"{"error":"mfa_challenge_expired","error_description":"x"}"#,
        ]
    )
    func errorShapes(_ body: String) {
        #expect(
            self.reply(status: 422, body)
                == .problem(AuthProblem(status: 422, code: "mfa_challenge_expired"))
        )
    }

    @Test func theHeaderWinsOverTheBody() {
        let reply = self.reply(status: 403, code: "bad_jwt", "<html>")
        #expect(reply == .problem(AuthProblem(status: 403, code: "bad_jwt")))
    }

    @Test(
        "an answer that is none is a problem",
        arguments: ["", "[]", "{}", "{\"id\":1}", "null", "{\"id\":\"u\",\"id\":\"v\"}"]
    )
    func broken(_ body: String) {
        #expect(self.reply(body) == .problem(.brokenAnswer))
    }

    @Test(
        "limits say how long to wait",
        arguments: [
            ("over_sms_send_rate_limit", 429, nil, 60), ("over_request_rate_limit", 429, 7, 7),
            ("new_word", 429, nil, 60), ("new_word", 500, nil, nil),
        ] as [(String, Int, Int?, Int?)]
    )
    func waits(code: String, status: Int, retryAfter: Int?, wait: Int?) {
        let problem = AuthProblem(status: status, code: code, retryAfter: retryAfter)
        #expect(problem.wait == wait)
    }
}

@Suite struct AuthCallTests {
    @Test func callsAreThoseOfTheAPI() throws {
        let factor = try #require(FactorID(id))
        let code = try #require(OneTimeCode(typed: "123456"))
        let phone = try #require(PhoneNumber(typed: "+15550100123"))
        let rows: [(AuthCall, String, String?)] = [
            (.user, "GET user", nil),
            (
                .enrollTOTP(name: "a\"b", issuer: "Acme"), "POST factors",
                #"{"factor_type":"totp","friendly_name":"a\"b","issuer":"Acme"}"#
            ),
            (
                .enrollPhone(name: "p", number: phone), "POST factors",
                #"{"factor_type":"phone","friendly_name":"p","phone":"+15550100123"}"#
            ),
            (.challenge(factor, nil), "POST factors/\(id)/challenge", "{}"),
            (
                .challenge(factor, .whatsapp), "POST factors/\(id)/challenge",
                #"{"channel":"whatsapp"}"#
            ),
            (
                .verify(factor, factor, code: code), "POST factors/\(id)/verify",
                #"{"challenge_id":"\#(id)","code":"123456"}"#
            ),
            (.unenroll(factor), "DELETE factors/\(id)", nil),
            (
                .refresh(token: "r"), "POST token?grant_type=refresh_token",
                #"{"refresh_token":"r"}"#
            ),
            (.logout, "POST logout?scope=local", nil),
        ]
        for (call, line, body) in rows {
            #expect("\(call.method.rawValue) \(call.path)" == line)
            #expect(call.body?.serialized() == body)
        }
    }
}
