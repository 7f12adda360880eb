import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct OpenIDConnectCallerTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let preset: OIDCPreset
        let claims: String
        let level: AssuranceLevel

        var testDescription: String { "\(self.preset) \(self.claims)" }
    }

    @Test(
        "a value listed under aal2 is aal2, anything else aal1",
        arguments: [
            Row(preset: .auth0, claims: #""amr":["mfa"]"#, level: .aal2),
            Row(preset: .auth0, claims: #""amr":["pwd","otp"]"#, level: .aal1),
            Row(preset: .auth0, claims: #""acr":"mfa""#, level: .aal1),
            Row(preset: .okta, claims: #""acr":"urn:okta:loa:2fa:any""#, level: .aal2),
            Row(preset: .okta, claims: #""acr":"phr""#, level: .aal2),
            Row(preset: .okta, claims: #""acr":"phrh""#, level: .aal2),
            Row(preset: .okta, claims: #""acr":"urn:okta:loa:2fa:any:ifpossible""#, level: .aal1),
            Row(preset: .okta, claims: #""acr":"urn:okta:loa:1fa:any""#, level: .aal1),
            Row(preset: .keycloak, claims: #""acr":"2""#, level: .aal2),
            Row(preset: .keycloak, claims: #""acr":2"#, level: .aal2),
            Row(preset: .keycloak, claims: #""acr":2.0"#, level: .aal1),
            Row(preset: .keycloak, claims: #""acr":"1""#, level: .aal1),
            Row(preset: .keycloak, claims: #""acr":"0""#, level: .aal1),
            Row(preset: .entra, claims: #""amr":["pwd","ngcmfa"]"#, level: .aal2),
            Row(preset: .entra, claims: #""amr":["wiaormfa"]"#, level: .aal1),
            Row(
                preset: .firebase,
                claims: #""firebase":{"sign_in_second_factor":"totp"}"#,
                level: .aal2
            ),
            Row(preset: .firebase, claims: #""sign_in_second_factor":"totp""#, level: .aal1),
            Row(preset: .firebase, claims: #""firebase":{}"#, level: .aal1),
            Row(preset: .ory, claims: #""aal":"aal2""#, level: .aal2),
            Row(preset: .ory, claims: #""aal":"aal3""#, level: .aal1),
            Row(preset: .zitadel, claims: #""amr":["pwd","mfa"]"#, level: .aal2),
            Row(preset: .authentik, claims: #""amr":["mfa"]"#, level: .aal2),
            Row(preset: .authentik, claims: #""amr":"mfa""#, level: .aal2),
            Row(preset: .authentik, claims: #""amr":null"#, level: .aal1),
            Row(preset: .authentik, claims: #""amr":{"mfa":true}"#, level: .aal1),
            Row(preset: .authentik, claims: #""amr":["MFA"]"#, level: .aal1),
        ]
    )
    func levels(_ row: Row) throws {
        let profile = ProviderProfile.openIDConnect(row.preset.assurance)
        let caller = try IdentityFixture.caller("{\"sub\":\"a\",\(row.claims)}", profile)
        #expect(caller.principal.assurance == row.level)
        #expect(caller.principal.subjectClass == .user)
    }

    @Test("the values are compared byte for byte")
    func lookalike() throws {
        let mapping = AssuranceMapping(
            claim: ClaimPath(["acr"]),
            aal2: ["K"],
            age: nil,
            preset: nil
        )
        let claims = "{\"sub\":\"a\",\"acr\":\"\u{212A}\"}"
        let caller = try IdentityFixture.caller(claims, .openIDConnect(mapping))
        #expect(caller.principal.assurance == .aal1)
    }

    @Test(
        "auth_time is the time of the sign-in, and of the second factor where there was one",
        arguments: [
            (#""acr":"phr","auth_time":1789999000"#, Int64?.some(1000), Int64?.some(1000)),
            (#""acr":"x","auth_time":1789999000"#, 1000, nil),
            (#""acr":"phr","auth_time":1790000060"#, -60, -60),
            (#""acr":"phr","auth_time":1790000061"#, nil, nil),
            (#""acr":"phr","auth_time":"1789999000""#, nil, nil),
            (#""acr":"phr","auth_time":-1"#, nil, nil),
            (#""acr":"phr""#, nil, nil),
        ]
    )
    func age(_ claims: String, _ signIn: Int64?, _ second: Int64?) throws {
        let profile = ProviderProfile.openIDConnect(OIDCPreset.okta.assurance)
        let principal = try IdentityFixture.caller("{\"sub\":\"a\",\(claims)}", profile).principal
        #expect(principal.signInAt == signIn.map(IdentityFixture.ago))
        #expect(principal.secondFactorAt == second.map(IdentityFixture.ago))
        #expect(principal.knowsLevelTimes == (signIn != nil))
    }

    @Test(
        "a client that is its own subject is a service",
        arguments: [
            (#"{"sub":"c","client_id":"c"}"#, SubjectClass.service),
            (#"{"sub":"c","azp":"c"}"#, .service),
            (#"{"sub":"c","cid":"c"}"#, .service),
            (#"{"sub":"c@clients","gty":"client-credentials"}"#, .service),
            (#"{"sub":"c","idtyp":"app"}"#, .service),
            (#"{"client_id":"c"}"#, .service),
            (#"{"sub":"u","client_id":"c"}"#, .user),
            (#"{"sub":"u","azp":"c"}"#, .user),
            ("{\"sub\":\"K\",\"azp\":\"\u{212A}\"}", .user),
        ]
    )
    func machines(_ claims: String, _ expected: SubjectClass) throws {
        let profile = ProviderProfile.openIDConnect(OIDCPreset.auth0.assurance)
        let principal = try IdentityFixture.caller(claims, profile).principal
        #expect(principal.subjectClass == expected)
        #expect(principal.canBeUpgraded == (expected == .user))
    }

    @Test("an access token that an OAuth client holds for a user can be upgraded")
    func upgrade() throws {
        let profile = ProviderProfile.openIDConnect(OIDCPreset.okta.assurance)
        let caller = try IdentityFixture.caller(#"{"sub":"u","client_id":"c","sid":"s"}"#, profile)
        #expect(caller.principal.canBeUpgraded)
        #expect(caller.session == "s")
    }
}
