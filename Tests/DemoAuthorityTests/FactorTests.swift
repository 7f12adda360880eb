import JSON
import NIOHTTP1
import PolicyDSL
import Testing

@testable import DemoAuthority

/// Second factors from enrolment to the end.
@Suite struct FactorTests {
    @Test func anAuthenticatorIsEnrolledAndVerified() throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        let enrolled = visitor.enroll("my phone")
        let secret = try #require(enrolled["totp"]?["secret"]?.stringValue)
        let id = try #require(enrolled["id"]?.stringValue)
        #expect(enrolled["type"] == "totp")
        #expect(enrolled["friendly_name"] == "my phone")
        #expect(secret.count == 32)
        #expect(
            enrolled["totp"]?["uri"]
                == .string(
                    "otpauth://totp/127.0.0.1:olga@example.test?algorithm=SHA1&digits=6"
                        + "&issuer=127.0.0.1&period=30&secret=\(secret)"
                )
        )
        let picture = enrolled["totp"]?["qr_code"]?.stringValue ?? ""
        #expect(picture.hasPrefix("<svg ") && !picture.contains("#"))
        #expect(visitor.factors.first?["status"] == "unverified")

        let reply = try visitor.pass(id, secret: secret)
        #expect(reply.status == 200)
        #expect(visitor.claim("aal") == "aal2")
        let methods = visitor.claim("amr")?.arrayValue?.compactMap { $0["method"]?.stringValue }
        #expect(Set(methods ?? []) == ["totp", "password"])
        #expect(reply["user"]?["factors"]?.arrayValue?.first?["status"] == "verified")
    }

    @Test func aPhoneIsEnrolledAndVerifiedByATextMessage() throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        let enrolled = visitor.ask(
            .POST,
            "/factors",
            ["factor_type": "phone", "phone": "+15550123", "friendly_name": "mobile"]
        )
        #expect(enrolled["phone"] == "+15550123")
        let id = try #require(enrolled["id"]?.stringValue)
        let challenge = visitor.challenge(id, ["channel": "whatsapp"])
        #expect(challenge["type"] == "phone")
        #expect(challenge["expires_at"] == .integer(visitor.now.seconds + 300))
        let message = try #require(visitor.messages.first)
        #expect(message["to"] == "+15550123")
        #expect(message["channel"] == "whatsapp")
        let code = try #require(message["code"]?.stringValue)
        #expect(message["body"] == .string("Your code is \(code)"))
        visitor.verify(id, challenge: challenge["id"]?.stringValue ?? "", code: code)
        #expect(visitor.claim("aal") == "aal2")
        #expect(visitor.claim("amr")?.arrayValue?.contains { $0["method"] == "mfa/phone" } == true)
    }

    @Test("a second text message has to wait, and an earlier code stays good")
    func messageInterval() throws {
        let visitor = try Visitor { $0.announcesRetryAfter = true }
        visitor.signIn(.pia)
        let factor = try visitor.factor()
        let first = try #require(visitor.challenge(factor)["id"]?.stringValue)
        let code = try #require(visitor.messages.first?["code"]?.stringValue)
        visitor.wait(seconds: 20)
        let early = visitor.challenge(factor)
        #expect(early.refusal == "429 over_sms_send_rate_limit")
        #expect(
            early["msg"]
                == "For security purposes, you can only request this after 40 seconds."
        )
        #expect(early.headers.first(name: "retry-after") == "40")
        visitor.wait(seconds: 41)
        #expect(visitor.challenge(factor).status == 200)
        #expect(visitor.verify(factor, challenge: first, code: code).status == 200)
    }

    @Test(
        "what cannot be enrolled",
        arguments: [
            (["factor_type": "carrier pigeon"], "400 validation_failed"),
            (["factor_type": "phone"], "400 validation_failed"),
            (["factor_type": "phone", "phone": "call me"], "400 validation_failed"),
            (["factor_type": "webauthn"], "422 mfa_webauthn_enroll_not_enabled"),
            (
                ["factor_type": "totp", "friendly_name": "Unfinished"],
                "422 mfa_factor_name_conflict"
            ),
        ] as [(JSONValue, String)]
    )
    func badEnrolment(body: JSONValue, refusal: String) throws {
        let visitor = try Visitor()
        visitor.signIn(.lena)
        #expect(visitor.ask(.POST, "/factors", body).refusal == refusal)
    }

    @Test func twoNamelessFactorsCollide() throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        #expect(visitor.enroll("").status == 200)
        #expect(visitor.enroll("").refusal == "422 mfa_factor_name_conflict")
    }

    @Test func withoutAnAddressThereIsNoAuthenticator() throws {
        let visitor = try Visitor()
        visitor.signIn(.wanda)
        #expect(visitor.enroll().status == 500)
    }

    @Test func switchedOffTypesSaySo() throws {
        let visitor = try Visitor { $0.factorTypes = [] }
        visitor.signIn(.ada)
        #expect(visitor.enroll().refusal == "422 mfa_totp_enroll_not_enabled")
        let factor = try visitor.factor()
        #expect(visitor.challenge(factor).refusal == "422 mfa_totp_verify_not_enabled")
    }

    @Test func aSecondFactorNeedsTheFirstOne() throws {
        let visitor = try Visitor()
        visitor.signIn(.ada)
        #expect(visitor.enroll().refusal == "403 insufficient_aal")
        try visitor.signInTwice(.ada)
        #expect(visitor.enroll().status == 200)
    }

    @Test func aVerifiedNumberIsNotEnrolledTwice() throws {
        let visitor = try Visitor()
        try visitor.signInTwice(.tess)
        let body: JSONValue = ["factor_type": "phone", "phone": "15550107"]
        #expect(visitor.ask(.POST, "/factors", body).refusal == "422 mfa_verified_factor_exists")
    }

    @Test func thereAreAtMostTen() throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        for index in 0..<10 { #expect(visitor.enroll("\(index)").status == 200) }
        #expect(visitor.enroll("10").refusal == "422 too_many_enrolled_mfa_factors")
        visitor.wait(seconds: 301)
        #expect(visitor.enroll("10").status == 200, "what was never challenged has gone")
    }

    @Test func verifyingRemovesTheUnfinishedOnesOfItsType() throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        visitor.enroll("one")
        let other = visitor.enroll("two")
        try visitor.pass(
            try #require(other["id"]?.stringValue),
            secret: try #require(other["totp"]?["secret"]?.stringValue)
        )
        #expect(visitor.factors.compactMap { $0["friendly_name"]?.stringValue } == ["two"])
    }

    @Test("verifying ends every session that is not at the second level")
    func otherSessions() throws {
        let visitor = try Visitor()
        let first = try Visitor(visitor.authority)
        let second = try Visitor(visitor.authority)
        first.signIn(.ada)
        try second.signInTwice(.ada)
        #expect(first.ask(.GET, "/user").refusal == "403 session_not_found")
        try visitor.signInTwice(.ada)
        #expect(second.ask(.GET, "/user").status == 200)
    }

    @Test func aVerifiedFactorIsGivenUpAtTheSecondLevelOnly() throws {
        let visitor = try Visitor()
        visitor.signIn(.ada)
        let factor = try visitor.factor()
        #expect(visitor.ask(.DELETE, "/factors/\(factor)").refusal == "422 insufficient_aal")
        try visitor.signInTwice(.ada)
        #expect(visitor.ask(.DELETE, "/factors/\(factor)")["id"] == .string(factor))
        #expect(visitor.claim("aal") == "aal2", "the token in hand is as it was")
        visitor.refreshSession()
        #expect(visitor.claim("aal") == "aal1")
    }

    @Test("the level is kept where another factor was shown last")
    func unenrollOther() throws {
        let visitor = try Visitor()
        try visitor.signInTwice(.tess)
        let other = try visitor.factor(1)
        #expect(visitor.ask(.DELETE, "/factors/\(other)").status == 200)
        visitor.refreshSession()
        #expect(visitor.claim("aal") == "aal2")
    }

    @Test func anUnverifiedFactorIsGivenUpFreely() throws {
        let visitor = try Visitor()
        visitor.signIn(.lena)
        #expect(visitor.ask(.DELETE, "/factors/\(try visitor.factor())").status == 200)
        #expect(visitor.factors.isEmpty)
    }

    @Test func aFactorOfSomebodyElseIsNotThere() throws {
        let ada = try Visitor()
        ada.signIn(.ada)
        let olga = try Visitor(ada.authority)
        olga.signIn(.olga)
        let factor = try ada.factor()
        for reply in [
            olga.challenge(factor), olga.verify(factor, challenge: factor, code: "000000"),
            olga.ask(.DELETE, "/factors/\(factor)"),
        ] {
            #expect(reply.refusal == "404 mfa_factor_not_found")
        }
        #expect(olga.challenge("no-identifier").refusal == "404 validation_failed")
    }
}
