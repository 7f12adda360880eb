import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct ChallengeTests {
    @Test("no error code where no credential came")
    func nobody() {
        #expect(Challenge.value(for: Denial(.unauthenticated, .noCredential)) == "Bearer")
    }

    @Test("a refused token is named by its code")
    func refused() {
        #expect(
            Challenge.value(for: .invalidToken("token-expired"))
                == #"Bearer error="invalid_token", error_description="token-expired""#
        )
    }

    @Test("a session that could do better is told how: level and age (RFC 9470)")
    func insufficient() {
        var denial = Denial(.stepUp, .aalTooLow)
        let error = #"Bearer error="insufficient_user_authentication", error_description="#
        #expect(Challenge.value(for: denial) == error + #""aal-too-low", acr_values="aal2""#)
        denial.maximumAge = 900
        denial.reason = "proof-too-old"
        #expect(
            Challenge.value(for: denial)
                == error + #""proof-too-old", acr_values="aal2", max_age=900"#
        )
        let enroll = Denial(.enroll, .noFactor)
        #expect(Challenge.value(for: enroll) == error + #""no-factor", acr_values="aal2""#)
    }

    @Test("a new sign-in is asked for by its age alone, at once where the token is stale")
    func reauthenticate() throws {
        let error = #"Bearer error="insufficient_user_authentication", error_description="#
        var denial = Denial(.reauthenticate, .sessionTooOld)
        #expect(Challenge.value(for: denial) == error + #""session-too-old", max_age=0"#)
        denial.maximumAge = 3600
        #expect(Challenge.value(for: denial) == error + #""session-too-old", max_age=3600"#)
        denial = try EnforcementFixture.denial(
            "policy p { for users require aal2 confirmed within 1 hour }",
            Principal(
                .user,
                assurance: .aal2,
                secondFactorAt: IdentityFixture.ago(60),
                knowsLevelTimes: true
            ),
            factors: FactorCounts()
        )
        #expect(denial.maximumAge == 3600)
        #expect(Challenge.value(for: denial) == error + #""stale-token", max_age=0"#)
    }
}
