import PolicyDSL
import Testing

/// The values that policies are about.
@Suite struct ModelTests {
    @Test("of a method's proofs the latest wins, whatever the order")
    func latestProof() {
        let times = [3, 1, 2].map { Instant(microseconds: $0) }
        var proofs = Proofs()
        #expect(proofs[.totp] == .notProven)
        for time in times {
            proofs.insert(.totp, at: time)
        }
        proofs.insert(.totp, at: nil)
        #expect(proofs[.totp] == .proven(at: Instant(microseconds: 3)))
        proofs.insert(.sms, at: nil)
        #expect(proofs[.sms] == .proven(at: nil))
        #expect(proofs.methods == MethodSet([.totp, .sms]))
    }

    @Test("the built-in sets of methods")
    func methodSets() {
        #expect(MethodSet.secondFactor.methods.map(\.word) == ["totp", "sms", "webauthn"])
        #expect(MethodSet.phishingResistant.methods.map(\.word) == ["passkey", "webauthn"])
        #expect(
            MethodSet.firstFactor.union(.secondFactor)
                == MethodSet(AuthenticationMethod.allCases)
        )
        #expect(MethodSet.firstFactor.isDisjoint(with: .secondFactor))
        #expect(MethodSet.firstFactor.contains(.passkey))
    }

    @Test("every method has its word back", arguments: AuthenticationMethod.allCases)
    func words(_ method: AuthenticationMethod) {
        #expect(AuthenticationMethod(word: method.word) == method)
        #expect(AuthenticationMethod(word: method.word.uppercased()) == nil)
        #expect((method.factorType != nil) == MethodSet.secondFactor.contains(method))
    }

    @Test("factors are counted by type and in all")
    func factorCounts() {
        let counts = FactorCounts(totp: 2, phone: 1, other: 3)
        #expect(counts.count(of: .totp) == 2)
        #expect(counts.count(of: .webauthn) == 0)
        #expect(counts.count(of: nil) == 6)
        #expect(counts.types == [.totp, .phone])
        #expect(!FactorCounts(other: 1).isEmpty)
        #expect(FactorCounts(totp: .max, phone: 1).count(of: nil) == .max)
        #expect(FactorCounts(totp: -1).isEmpty)
    }

    @Test(
        "claim paths quote odd names",
        arguments: [
            (["app_metadata", "role"], "app_metadata.role"), (["a.b", "c"], "\"a.b\".c"),
            (["1st"], "\"1st\""), ([""], "\"\""),
        ]
    )
    func claimPaths(segments: [String], text: String) {
        #expect(ClaimPath(segments).description == text)
    }

    @Test(
        "a demand is quoted as the language writes it",
        arguments: [
            "aal2", "aal2 confirmed within 15 minutes", "sign-in within 12 hours", "second-factor",
            "one of totp, webauthn within 5 minutes", "all of password, totp", "totp",
            "(aal2 or totp) and (sign-in within 1 day)",
        ]
    )
    func demands(_ text: String) throws {
        let set = try Scene("", "policy p { for users require \(text) }", "token", "").setting().set
        let demands = set.policy(named: "p")?.rule.demands.map(\.description) ?? []
        let again = "policy p { for users require \(demands.joined()) }"
        let second = try Scene("", again, "token", "").setting().set
        #expect(second.revision == set.revision)
        #expect(
            demands.first?.filter { $0 != "(" && $0 != ")" }
                == text.filter { $0 != "(" && $0 != ")" }
        )
    }

    @Test(
        "routes are quoted as the language writes them",
        arguments: [
            "any", "reads", "writes /b, /a", "GET, POST", "/a at b.example", "any at *.example",
        ]
    )
    func routes(_ text: String) throws {
        let set = try Scene("", "policy p { for users on \(text) deny }", "token", "").setting().set
        let written = set.policy(named: "p")?.routes.map(\.description) ?? []
        let again = "policy p { for users on \(written.joined()) deny }"
        #expect(try Scene("", again, "token", "").setting().set.revision == set.revision)
    }

    @Test("Kleene's tables")
    func kleene() {
        let all = [Truth.no, .unknown, .yes]
        #expect(all.map { !$0 } == [.yes, .unknown, .no])
        #expect(all.map { Truth.unknown && $0 } == [.no, .unknown, .unknown])
        #expect(all.map { Truth.unknown || $0 } == [.unknown, .unknown, .yes])
        #expect([Truth]().conjunction == .yes)
        #expect([Truth]().disjunction == .no)
    }

    @Test("the reasons are stable words")
    func reasons() {
        #expect(
            Set(Reason.allCases.map(\.rawValue)) == [
                "denied", "not-admitted", "user-not-found", "session-revoked", "user-banned",
                "session-pending", "no-credential", "directory-unavailable", "host-unknown",
                "keys-unavailable", "not-upgradable", "proof-unprovable", "impossible-for-user",
                "stale-token", "session-too-old", "no-factor", "aal-too-low", "proof-method",
                "proof-too-old", "cross-site", "redirect-loop", "bad-path",
            ]
        )
        #expect(
            RefusedUser.allCases.map { Reason($0).rawValue } == RefusedUser.allCases.map(\.rawValue)
        )
    }
}
