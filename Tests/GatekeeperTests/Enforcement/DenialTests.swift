import HTTPMessage
import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct DenialTests {
    @Test("an allowed request is no denial")
    func allow() throws {
        let set = try EnforcementFixture.policies("admit anyone")
        let decision = set.decide(
            AccessRequest(method: "GET", path: "/", host: .unknown),
            .visitor,
            directory: .unknown,
            now: IdentityFixture.now
        )
        #expect(Denial(decision, of: set) == nil)
    }

    @Test("what decided is told: outcome, reason, policy and the author's words")
    func entry() throws {
        let denial = try EnforcementFixture.denial(
            "policy p { for users require aal2 because \"Two steps, please.\" }"
        )
        #expect(denial.outcome == .stepUp)
        #expect(denial.reason == "aal-too-low")
        #expect(denial.entry?.policy == "p")
        #expect(denial.because == "Two steps, please.")
        #expect(denial.maximumAge == nil)
        #expect(denial.bearerError == nil)
        #expect(!denial.isOfHeader)
    }

    @Test("the age demanded is the shortest of the policy")
    func age() throws {
        var proofs = Proofs()
        proofs.insert(.password, at: IdentityFixture.ago(7200))
        let denial = try EnforcementFixture.denial(
            "policy p { for users require sign-in within 1 hour }",
            Principal(
                .user,
                proofs: proofs,
                signInAt: IdentityFixture.ago(7200),
                hasMethodEntries: true,
                hasTimedEntries: true
            )
        )
        #expect(denial.outcome == .reauthenticate)
        #expect(denial.maximumAge == 3600)
    }

    @Test(
        "faults outside of the policies",
        arguments: [
            (ExchangeFault.headTimedOut, Outcome.deny, "head-timeout", UInt16(408)),
            (.bodyTimedOut, .deny, "body-timeout", 408),
            (.reservedPath, .deny, "reserved-path", 404),
            (.bodyTooLarge, .deny, "body-too-large", 413),
            (.expectationFailed, .deny, "expectation-failed", 417),
            (.rulingFailed, .unavailable, "ruling-failed", 503),
            (.upstreamRefused, .unavailable, "upstream-refused", 502),
            (.upstreamConnectTimedOut, .unavailable, "upstream-connect-timeout", 504),
            (.upstreamTimedOut, .unavailable, "upstream-timeout", 504),
            (.upstreamClosed, .unavailable, "upstream-closed", 502),
        ]
    )
    func faults(_ fault: ExchangeFault, _ outcome: Outcome, _ reason: String, _ status: UInt16) {
        let denial = Denial(fault)
        #expect(denial.outcome == outcome)
        #expect(denial.reason == reason)
        #expect(denial.status == status)
    }

    @Test("every oddity of the path is one word, other rejections keep theirs")
    func paths() throws {
        for target in ["/a/../../b", "/%2e%2e/", "/%00", "/%zz", "/a%5Cb"] {
            let rejection = try #require(SampleRequest(method: "GET", target: target).rejection)
            #expect(Denial(.rejected(rejection)).reason == "bad-path")
            #expect(Denial(.rejected(rejection)).status == 400)
        }
        let method = try #require(SampleRequest(method: "TRACE", target: "/").rejection)
        #expect(Denial(.rejected(method)).status == 405)
    }
}
