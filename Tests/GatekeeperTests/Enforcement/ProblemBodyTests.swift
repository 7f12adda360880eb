import JSON
import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct ProblemBodyTests {
    private func body(
        _ denial: Denial,
        status: UInt16 = 403,
        uri: String? = nil,
        hint: ProblemBody.Hint = .none
    ) -> ProblemBody {
        ProblemBody(status: status, denial: denial, decision: "d1", stepUpURI: uri, hint: hint)
    }

    private func json(_ body: ProblemBody) throws -> JSONObject {
        #expect(body.json.last == UInt8(ascii: "\n"))
        let value = try JSONValue(parsing: body.json, limits: .standard)
        return try #require(value.objectValue)
    }

    @Test("problem details with our own members, all of them always there")
    func members() throws {
        let denial = try EnforcementFixture.denial("policy strong { for users require aal2 }")
        let json = try self.json(self.body(denial, status: 401, uri: "/mfa"))
        #expect(
            json.names == [
                "type", "title", "status", "detail", "outcome", "reason", "policy", "decision",
                "step_up_uri",
            ]
        )
        #expect(json["status"] == 401)
        #expect(json["outcome"] == "step-up")
        #expect(json["reason"] == "aal-too-low")
        #expect(json["policy"] == "strong")
        #expect(json["decision"] == "d1")
        #expect(json["step_up_uri"] == "/mfa")
        let bare = try self.json(self.body(Denial(.deny, .crossSite)))
        #expect(bare["policy"] == .null)
        #expect(bare["step_up_uri"] == .null)
    }

    @Test("the author's words stand before ours")
    func because() throws {
        var denial = Denial(.deny, .denied)
        denial.because = "Payments are \"closed\" <today>"
        #expect(try self.json(self.body(denial))["detail"] == "Payments are \"closed\" <today>")
    }

    @Test("every reason has a sentence of its own", arguments: Reason.allCases)
    func reasons(_ reason: Reason) {
        let text = RefusalText.detail(of: Denial(.deny, reason))
        #expect(text.hasSuffix("."))
        #expect(!text.contains(reason.rawValue + "."))
    }

    @Test(
        "titles are those of the status where there is one, else of the outcome",
        arguments: [400, 404, 405, 408, 414, 421, 429, 431, 502, 503, 504, 505] as [UInt16]
    )
    func titles(_ status: UInt16) {
        let title = RefusalText.title(of: .badRequest("x", status: status))
        #expect(!title.isEmpty)
        #expect((title == "Bad request") == (status == 400))
        #expect(RefusalText.detail(of: .badRequest("x", status: status)).hasSuffix("."))
    }

    @Test(
        "Clerk's client finds its own error, with the age demanded in minutes",
        arguments: [
            (Outcome.stepUp, Int64?.none, "second_factor", Int64(10)),
            (.enroll, 3600, "second_factor", 60), (.stepUp, 30, "second_factor", 1),
            (.reauthenticate, 900, "first_factor", 15),
        ]
    )
    func clerk(_ outcome: Outcome, _ age: Int64?, _ level: String, _ minutes: Int64) throws {
        var denial = Denial(outcome, .aalTooLow)
        denial.maximumAge = age
        let json = try self.json(self.body(denial, hint: .clerkReverification))
        let expected: JSONValue = ["level": .string(level), "afterMinutes": .integer(minutes)]
        #expect(json["clerk_error"]?["metadata"]?["reverification"] == expected)
        #expect(json["clerk_error"]?["type"] == "forbidden")
        #expect(json["clerk_error"]?["reason"] == "reverification-error")
        #expect(try self.json(self.body(denial))["clerk_error"] == nil)
    }

    @Test(
        "no new proof helps against the other outcomes",
        arguments: [Outcome.unauthenticated, .unavailable, .deny]
    )
    func withoutHint(_ outcome: Outcome) throws {
        let body = self.body(Denial(outcome, .denied), hint: .clerkReverification)
        #expect(try self.json(body)["clerk_error"] == nil)
    }
}
