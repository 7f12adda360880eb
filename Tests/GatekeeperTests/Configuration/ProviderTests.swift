import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct ProviderTests {
    @Test(
        "a Supabase project's endpoints follow from its URL",
        arguments: ["https://abc.supabase.co", "https://abc.supabase.co/"]
    )
    func supabase(url: String) throws {
        let project = SupabaseProject(
            url: try #require(WebURL(url)).trimmed,
            apiKey: nil,
            secretKey: nil
        )
        let base = "https://abc.supabase.co/auth/v1"
        #expect(project.issuer == base)
        #expect(project.keySetURL.description == "\(base)/.well-known/jwks.json")
        #expect(project.userURL.description == "\(base)/user")
        #expect(project.userURL(for: "../x").description == "\(base)/admin/users/..%2Fx")
        #expect(project.cookieName == "sb-abc-auth-token")
    }

    @Test(
        "a publishable key names the Frontend API",
        arguments: [
            ("pk_test_Y2xlcmsuZXhhbXBsZS50ZXN0JA", "https://clerk.example.test"),
            ("pk_live_Y2xlcmsuZXhhbXBsZS50ZXN0JA==", "https://clerk.example.test"),
            ("pk_test_Y2xlcmsuZXhhbXBsZS50ZXN0", nil),
            ("pk_other_Y2xlcmsuZXhhbXBsZS50ZXN0JA", nil),
            ("sk_live_Y2xlcmsuZXhhbXBsZS50ZXN0JA", nil),
            ("pk_test_", nil), ("pk_test_!!!!", nil), ("", nil),
            ("pk_test_L2V2aWwvJA", nil),
        ] as [(String, String?)]
    )
    func clerk(key: String, expected: String?) {
        #expect(ClerkInstance.frontendAPI(of: key)?.description == expected)
    }

    @Test("presets list only values that prove a second factor")
    func presets() {
        let merelyPossible = ["urn:okta:loa:2fa:any:ifpossible", "wiaormfa", "1", "pwd"]
        for preset in OIDCPreset.allCases {
            for value in merelyPossible { #expect(!preset.assurance.aal2.contains(value)) }
            #expect(preset.assurance.preset == preset)
        }
        #expect(
            OIDCPreset.firebase.assurance.claim == ClaimPath(["firebase", "sign_in_second_factor"])
        )
    }

    @Test("every provider's key that stands with another is named with its owner")
    func foreignKeys() throws {
        let text = ConfigurationFixture.minimal(
            issuer: "  - {provider: static, issuer: https://i.test, audience: a, jwks: k, "
                + "jwt_secret: x, authorized_parties: y, assurance: {claim: z}}"
        )
        let helps = ConfigurationFixture.load(text).problems.compactMap { $0.help }
        #expect(helps.contains("`provider: supabase` has this key"))
        #expect(helps.contains("`provider: clerk` has this key"))
        #expect(helps.contains("`provider: oidc` has this key"))
    }

    @Test("`jwks` replaces what the provider publishes")
    func keySetOverride() throws {
        for (value, expected) in [
            ("keys.pem", KeySources.KeySet.file("/etc/gatekeeper/keys.pem")),
            ("https://keys.test/set", .url(try #require(WebURL("https://keys.test/set")))),
        ] {
            let text = ConfigurationFixture.minimal(
                issuer: ConfigurationFixture.supabase + "\n    jwks: \(value)"
            )
            let issuer = try #require(ConfigurationFixture.load(text).configuration?.issuers.first)
            #expect(issuer.keySources.keySet == expected)
        }
    }

    @Test("sources are named without their secrets")
    func sourceNames() throws {
        let secret = Secret(value: "hunter2", origin: .literal)
        let url = try #require(WebURL("https://a.test/keys"))
        #expect(
            KeySources(keySet: .url(url), secret: secret).name
                == "https://a.test/keys and jwt_secret"
        )
        #expect(KeySources(keySet: nil, secret: secret).name == "jwt_secret")
        #expect(KeySources(keySet: .file("/k"), secret: nil).name == "/k")
        let discovery = KeySources(keySet: .discovery(url), secret: nil)
        #expect(discovery.name.hasSuffix("/.well-known/openid-configuration"))
    }
}
