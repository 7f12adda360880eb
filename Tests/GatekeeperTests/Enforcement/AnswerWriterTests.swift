import HTTPMessage
import JSON
import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct AnswerWriterTests {
    private static let navigation = ClientTraits(
        path: "/x",
        accept: "text/html",
        fetchMode: "navigate",
        hasFetchMetadata: true
    )
    private static let program = ClientTraits(path: "/x", accept: "application/json")

    private func writer(
        _ pages: String? = nil,
        origin: String = "https://app.example.com"
    ) throws
        -> AnswerWriter
    {
        let items = pages ?? "sign-in /login\n step-up /mfa\n enroll /mfa/setup"
        let policies = try EnforcementFixture.policies("pages { \(items) }\nadmit anyone")
        return AnswerWriter(
            pages: PageURLs(
                pages: policies.pages,
                publicURL: WebOrigin(origin),
                parameter: "return_to"
            ),
            publicURL: WebOrigin(origin),
            allowedOrigins: [try #require(WebOrigin("https://admin.example.com"))]
        )
    }

    private func answer(
        _ denial: Denial,
        _ traits: ClientTraits,
        _ style: AnswerStyle = .redirect,
        pages: String? = nil
    ) throws -> Answer {
        try self.writer(pages).answer(to: denial, traits, style)
    }

    private func denial(_ outcome: Outcome, _ reason: Reason = .aalTooLow) -> Denial {
        Denial(outcome, reason)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let outcome: Outcome
        let style: AnswerStyle
        let browser: UInt16
        let program: UInt16

        var testDescription: String { "\(self.outcome) \(self.style)" }
    }

    @Test(
        "the status of every outcome, style and client",
        arguments: [
            Row(outcome: .stepUp, style: .redirect, browser: 302, program: 302),
            Row(outcome: .enroll, style: .redirect, browser: 302, program: 302),
            Row(outcome: .reauthenticate, style: .redirect, browser: 302, program: 302),
            Row(outcome: .unauthenticated, style: .redirect, browser: 302, program: 401),
            Row(outcome: .stepUp, style: .negotiate, browser: 302, program: 401),
            Row(outcome: .enroll, style: .negotiate, browser: 302, program: 401),
            Row(outcome: .reauthenticate, style: .negotiate, browser: 302, program: 401),
            Row(outcome: .unauthenticated, style: .negotiate, browser: 302, program: 401),
            Row(outcome: .stepUp, style: .challenge, browser: 401, program: 401),
            Row(outcome: .enroll, style: .challenge, browser: 401, program: 401),
            Row(outcome: .reauthenticate, style: .challenge, browser: 401, program: 401),
            Row(outcome: .unauthenticated, style: .challenge, browser: 401, program: 401),
        ]
            + AnswerStyle.allCases.flatMap { style in
                [
                    Row(outcome: .unavailable, style: style, browser: 503, program: 503),
                    Row(outcome: .deny, style: style, browser: 403, program: 403),
                ]
            }
    )
    func statuses(_ row: Row) throws {
        let denial = self.denial(row.outcome)
        #expect(try self.answer(denial, Self.navigation, row.style).status == row.browser)
        #expect(try self.answer(denial, Self.program, row.style).status == row.program)
        var writing = Self.navigation
        writing.method = "POST"
        let expected = row.browser == 302 ? 303 : row.browser
        #expect(try self.answer(denial, writing, row.style).status == expected)
    }

    @Test(
        "a remedy without a page gets the challenge",
        arguments: [Outcome.stepUp, .enroll, .reauthenticate, .unauthenticated]
    )
    func noPage(_ outcome: Outcome) throws {
        let answer = try self.answer(
            self.denial(outcome),
            Self.navigation,
            pages: "factors /settings"
        )
        #expect(answer.status == 401)
        #expect(answer["WWW-Authenticate"] != nil)
        #expect(answer["Location"] == nil)
    }

    @Test("a WebSocket is never redirected")
    func webSocket() throws {
        var traits = Self.navigation
        traits.isUpgrade = true
        for outcome in [Outcome.stepUp, .enroll, .reauthenticate, .unauthenticated] {
            for style in AnswerStyle.allCases {
                #expect(try self.answer(self.denial(outcome), traits, style).status == 401)
            }
        }
    }

    @Test(
        "gRPC reads its own status and nothing else",
        arguments: [
            (Outcome.stepUp, "16"), (.enroll, "16"), (.reauthenticate, "16"),
            (.unauthenticated, "16"), (.unavailable, "14"), (.deny, "7"),
        ]
    )
    func gRPC(_ outcome: Outcome, _ code: String) throws {
        let traits = ClientTraits(accept: "text/html", isGRPC: true)
        let answer = try self.answer(self.denial(outcome), traits)
        #expect(answer.status == 200)
        #expect(answer["grpc-status"] == code)
        #expect(answer["Content-Type"] == "application/grpc")
        #expect(answer["Cache-Control"] == "no-store")
        #expect(answer.body.isEmpty)
        let bad = try self.answer(.badRequest("bad-path"), traits)
        #expect(bad["grpc-status"] == "3")
    }

    @Test("nothing that we answer is stored, and everything it depends on is named")
    func privacy() throws {
        for outcome in Outcome.allCases where outcome != .allow {
            for traits in [Self.navigation, Self.program] {
                let answer = try self.answer(self.denial(outcome), traits)
                #expect(answer["Cache-Control"] == "no-store")
                #expect(answer["Vary"] == "Authorization, Cookie, Accept, Origin, Sec-Fetch-Mode")
            }
        }
    }

    @Test(
        "a page on an allowed origin can read a challenge, no other can",
        arguments: [
            (String?.some("https://admin.example.com"), true),
            ("https://admin.example.com.evil.test", false), ("https://evil.test", false),
            ("http://admin.example.com", false), ("null", false), ("*", false), (nil, false),
        ]
    )
    func sharing(_ origin: String?, _ isShared: Bool) throws {
        var traits = Self.program
        traits.origin = origin
        let answer = try self.answer(self.denial(.stepUp), traits, .challenge)
        #expect((answer["Access-Control-Allow-Origin"] == origin) == (isShared || origin == nil))
        #expect((answer["Access-Control-Allow-Credentials"] == "true") == isShared)
        let exposed = answer["Access-Control-Expose-Headers"]
        #expect((exposed?.contains("WWW-Authenticate") ?? false) == isShared)
    }

    @Test("only navigations are counted, with Secure where browsers see https")
    func counting() throws {
        let denial = self.denial(.stepUp)
        let secure = try self.answer(denial, Self.navigation)
        #expect(secure["Set-Cookie"]?.hasSuffix("; Secure") == true)
        #expect(try self.answer(denial, Self.program)["Set-Cookie"] == nil)
        let local = try self.writer(origin: "http://127.0.0.1:8080")
        let plain = local.answer(to: denial, Self.navigation, .redirect)
        #expect(plain["Set-Cookie"]?.contains("Secure") == false)
    }

    @Test("a loop is settled as what it is, only for navigations that would be redirected")
    func loop() throws {
        let writer = try self.writer()
        var traits = Self.navigation
        traits.redirects = RedirectCount(cookie: Array("step-up.3".utf8))
        let denial = self.denial(.stepUp)
        let settled = writer.plan(for: denial, traits: traits, style: .redirect).denial
        #expect(settled.outcome == .deny)
        #expect(settled.reason == "redirect-loop")
        #expect(writer.plan(for: denial, traits: traits, style: .challenge).denial == denial)
        let other = self.denial(.enroll)
        #expect(writer.plan(for: other, traits: traits, style: .redirect).denial == other)
        var program = Self.program
        program.redirects = traits.redirects
        #expect(writer.plan(for: denial, traits: program, style: .redirect).denial == denial)
        let answer = writer.answer(to: denial, traits, .redirect)
        #expect(answer.status == 403)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("redirect-loop"))
    }

    @Test("HTML where it is preferred, problem details elsewhere")
    func bodies() throws {
        let denial = self.denial(.deny, .denied)
        let page = try self.answer(denial, Self.navigation)
        #expect(page["Content-Type"] == "text/html; charset=utf-8")
        #expect(page["Content-Security-Policy"]?.contains("default-src 'none'") == true)
        #expect(page["X-Content-Type-Options"] == "nosniff")
        #expect(String(decoding: page.body, as: UTF8.self).hasPrefix("<!doctype html>"))
        let document = try self.answer(denial, Self.program)
        #expect(document["Content-Type"] == "application/problem+json")
    }

    @Test("what has a status of its own says what that status wants said")
    func statusFields() throws {
        let method = try self.answer(.badRequest("method-not-allowed", status: 405), Self.program)
        #expect(method["Allow"]?.contains("GET") == true)
        var unavailable = self.denial(.unavailable, .directoryUnavailable)
        unavailable.retryAfter = 17
        #expect(try self.answer(unavailable, Self.program)["Retry-After"] == "17")
        #expect(try self.answer(self.denial(.deny), Self.program)["Retry-After"] == nil)
    }

    @Test(
        "a refused header is answered where it is, a refused cookie may be led to the sign-in page"
    )
    func refusedCredentials() throws {
        let header = try self.answer(.invalidToken("token-expired"), Self.navigation)
        #expect(header.status == 401)
        let cookie = Denial(
            outcome: .unauthenticated,
            reason: "token-expired",
            bearerError: .invalidToken
        )
        #expect(try self.answer(cookie, Self.navigation).status == 302)
        let program = try self.answer(cookie, Self.program)
        #expect(program["WWW-Authenticate"]?.contains("invalid_token") == true)
    }

    @Test("no field can end early")
    func fieldLines() {
        var answer = Answer(status: 200)
        answer.add("Location", "https://a/\r\nSet-Cookie: x=\u{0}y\u{7F}")
        let lines = String(decoding: answer.fieldLines, as: UTF8.self)
        #expect(lines == "Location: https://a/  Set-Cookie: x= y \r\n")
    }
}

extension AnswerWriter {
    fileprivate func answer(
        to denial: Denial,
        _ traits: ClientTraits,
        _ style: AnswerStyle
    ) -> Answer {
        let plan = self.plan(for: denial, traits: traits, style: style)
        return self.answer(to: plan, decision: DecisionID(high: 0, low: 1))
    }
}
