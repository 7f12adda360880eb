import JSON
import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct MethodReferencesTests {
    private static let now = IdentityFixture.now

    private func references(
        _ json: String,
        _ profile: ProviderProfile = .supabase
    ) throws -> MethodReferences {
        let document = try JSONDocument(parsing: Array(json.utf8))
        return MethodReferences(claim: document.root, meanings: profile.methods, now: Self.now)
    }

    private func entry(_ method: String, _ timestamp: String) -> String {
        #"[{"method":"\#(method)","timestamp":\#(timestamp)}]"#
    }

    @Test(
        "Supabase's names and the words of the language",
        arguments: [
            ("password", AuthenticationMethod.password), ("otp", .otp), ("magiclink", .magiclink),
            ("oauth", .oauth), ("sso/saml", .saml), ("passkey", .passkey), ("web3", .web3),
            ("recovery", .recovery), ("invite", .invite), ("totp", .totp), ("mfa/phone", .sms),
            ("mfa/sms", .sms), ("mfa/webauthn", .webauthn),
        ]
    )
    func supabaseNames(_ name: String, _ method: AuthenticationMethod) throws {
        let references = try self.references(self.entry(name, "1789999000"))
        #expect(references.proofs[method] == .proven(at: IdentityFixture.ago(1000)))
        #expect(references.entries.map(\.word) == [method.word])
        #expect(references.proofs.methods.methods == [method])
        let signIn = method.factorType == nil ? IdentityFixture.ago(1000) : nil
        #expect(references.signInAt == signIn)
    }

    @Test(
        "names that satisfy nothing are kept for the log",
        arguments: [
            "sms", "webauthn", "saml", "mfa/totp", "token_refresh", "anonymous", "",
            "oauth_provider/authorization_code", "TOTP", "totp ",
        ]
    )
    func unknownNames(_ name: String) throws {
        let references = try self.references(self.entry(name, "1789999000"))
        #expect(references.proofs.methods.isEmpty)
        #expect(references.signInAt == nil)
        #expect(references.entries == [.init(word: name, at: IdentityFixture.ago(1000))])
    }

    @Test(
        "a sign-in by e-mail sets the sign-in time and satisfies no method",
        arguments: ["email/signup", "email_change"]
    )
    func mail(_ name: String) throws {
        let references = try self.references(self.entry(name, "1789999000"))
        #expect(references.proofs.methods.isEmpty)
        #expect(references.signInAt == IdentityFixture.ago(1000))
    }

    @Test(
        "RFC 8176's names are read by another table: `otp` is no first factor there",
        arguments: [
            ("pwd", AuthenticationMethod?.some(.password)), ("otp", .totp), ("sms", .sms),
            ("hwk", nil), ("swk", nil), ("mfa", nil), ("kba", nil), ("totp", nil),
            ("password", nil),
        ]
    )
    func registeredNames(_ name: String, _ method: AuthenticationMethod?) throws {
        let profile = ProviderProfile.openIDConnect(OIDCPreset.auth0.assurance)
        let references = try self.references("[\"\(name)\"]", profile)
        #expect(references.proofs.methods.methods == [method].compactMap(\.self))
    }

    @Test(
        "absent or not an array proves nothing",
        arguments: ["null", "\"totp\"", "{\"method\":\"totp\"}", "1", "true", "[]"]
    )
    func noArray(_ json: String) throws {
        let references = try self.references(json)
        #expect(references == MethodReferences(claim: nil, meanings: [:], now: Self.now))
        #expect(references.entries.isEmpty)
        #expect(!references.hasTimes)
    }

    @Test("entries that are neither string nor object, or name no method, are ignored")
    func oddEntries() throws {
        let references = try self.references(
            #"[1, null, ["totp"], {"timestamp":1}, {"method":1}, {"method":null}, "password"]"#
        )
        #expect(references.entries.map(\.word) == ["password"])
    }

    @Test("a plain string is proven at an unknown time")
    func plainString() throws {
        let references = try self.references(#"["totp", "password"]"#)
        #expect(references.proofs[.totp] == .proven(at: nil))
        #expect(references.signInAt == nil)
        #expect(!references.hasTimes)
    }

    @Test(
        "an entry without a usable time is proven, time unknown",
        arguments: ["null", "\"1789999000\"", "-1", "-0.5", "true", "{}"]
    )
    func unusableTimes(_ timestamp: String) throws {
        let references = try self.references(self.entry("totp", timestamp))
        #expect(references.proofs[.totp] == .proven(at: nil))
    }

    @Test(
        "an entry more than 60 s in the future is ignored whole",
        arguments: [
            ("1790000000", true), ("1790000060", true), ("1790000060.0", true),
            ("1790000061", false), ("1790000060.5", false), ("1790000000000", false),
            ("253402300800", false), ("9223372036854775807", false), ("1e300", false),
        ]
    )
    func future(_ timestamp: String, _ counts: Bool) throws {
        let references = try self.references(self.entry("totp", timestamp))
        #expect(references.entries.isEmpty == !counts)
        #expect(references.proofs.methods.isEmpty == !counts)
    }

    @Test("order is ignored and the latest wins, an unknown time never")
    func latest() throws {
        let entries = [
            #"{"method":"password","timestamp":1789999000}"#,
            #"{"method":"password","timestamp":1789999500}"#,
            #""password""#,
            #"{"method":"totp","timestamp":1789999900}"#,
            #"{"method":"otp","timestamp":1789999100.25}"#,
        ]
        for turn in entries.indices {
            let turned = entries[turn...] + entries[..<turn]
            let references = try self.references("[\(turned.joined(separator: ","))]")
            #expect(references.proofs[.password] == .proven(at: IdentityFixture.ago(500)))
            #expect(references.signInAt == IdentityFixture.ago(500))
            #expect(references.entries.first?.word == "totp")
            #expect(references.entries.last?.at == nil)
            let times = references.entries.compactMap(\.at)
            #expect(times == times.sorted(by: >))
        }
    }

    @Test("a fraction of a second counts")
    func fraction() throws {
        let references = try self.references(self.entry("totp", "1789999999.75"))
        let at = Instant(microseconds: Self.now.microseconds - 250_000)
        #expect(references.proofs[.totp] == .proven(at: at))
    }
}
