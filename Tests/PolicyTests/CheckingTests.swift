import Testing

@testable import PolicyDSL

/// What sound files mean, and what makes a file unsound.
@Suite struct CheckingTests {
    private func policy(_ clauses: String, items: String = "") throws -> Policy {
        let set = try sound(PolicyReading.fixture("\(items) policy p { for users \(clauses) }"))
        return try #require(set.resolved.policies.first)
    }

    @Test(
        "mistakes of one policy, by their codes",
        arguments: [
            ("require aal2 deny", [DiagnosticCode.denyAndRequire]),
            ("deny otherwise deny", [.denyAndRequire]),
            ("on /x", [.missingClause]),
            ("otherwise deny", [.missingClause]),
            ("for users deny", [.repeatedClause]),
            ("deny deny", [.repeatedClause]),
            ("deny from 2026-01-01 from 2027-01-01", [.repeatedClause]),
            ("require aal2 grace 1 day after start", [.misplacedGrace]),
            ("deny from 2026-01-01 grace 1 day after start", [.misplacedGrace]),
            ("require aal2 otherwise deny grace 1 day after creation", [.misplacedGrace]),
            ("require aal2 from 2026-01-01 grace 0 days after start", [.zeroAmount]),
            ("require aal2 within 0 seconds", [.zeroAmount]),
            ("deny from 2026-01-02 until 2026-01-01", [.emptyPeriod]),
            ("deny from 2026-01-01 until 2026-01-01", [.emptyPeriod]),
            ("deny from 2026-01-01T01:00:00Z until 2026-01-01T02:00:00+02:00", [.emptyPeriod]),
            ("require totp or sms and webauthn", [.mixedAndOr]),
            ("require totp within 1 minute or sms", [.ambiguousWithin]),
            ("require aal2 and sign-in within 1 hour", [.ambiguousWithin]),
            ("require (totp) or sms within 1 minute", [.ambiguousWithin]),
            ("require totp or sms or (aal2 and password within 1 hour)", [.ambiguousWithin]),
            ("require sms except sms, totp", [.emptyMethodList]),
            ("require first-factor except first-factor", [.emptyMethodList]),
            ("require users", [.unexpectedWord]),
            ("on writes nowhere require nothing", [.unknownName, .unknownName]),
        ]
    )
    func mistakes(clauses: String, codes: [DiagnosticCode]) {
        let reading = PolicyReading.fixture(clauses: clauses)
        #expect(reading.codes == codes, "\(reading.diagnostics.map(\.message))")
    }

    @Test(
        "brackets settle what `within` covers",
        arguments: [
            "totp within 1 minute or sms within 1 minute", "totp or (sms within 1 minute)",
            "(totp within 1 minute) or sms", "(totp or sms) and (password within 1 hour)",
            "totp, sms within 1 minute", "(aal2 and totp) or sms",
            "aal2 and (sign-in within 8 hours)",
        ]
    )
    func settled(demand: String) {
        #expect(PolicyReading.fixture(clauses: "require \(demand)").codes == [])
    }

    @Test("both readings of an ambiguous `within` are offered")
    func readings() throws {
        let reading = PolicyReading.fixture(clauses: "require totp or sms within 5 minutes")
        let help = try #require(reading.diagnostics.first?.help)
        for reading in [
            "totp within 5 minutes or sms within 5 minutes", "totp or (sms within 5 minutes)",
        ] {
            #expect(help.contains("`\(reading)`"))
            #expect(PolicyReading.fixture(clauses: "require \(reading)").codes == [])
        }
    }

    @Test("defines stand for their members, in any order and to any depth")
    func defines() throws {
        let policy = try self.policy(
            "on writes money at sites require strong except passkey",
            items: """
                define money = paths payments, /payouts/**, /payments/**
                define payments = paths /payments/**
                define sites = hosts a.example, more
                define more = hosts *.b.example, localhost
                define strong = methods keys, totp
                define keys = methods phishing-resistant
                """
        )
        #expect(policy.routes.first?.paths.map(\.description) == ["/payments/**", "/payouts/**"])
        #expect(
            policy.routes.first?.hosts == [
                .exact("a.example"), .subdomains(of: "b.example"), .exact("localhost"),
            ]
        )
        let strong = MethodDemand(of: MethodSet([.webauthn, .totp]))
        #expect(policy.rule == .require([.methods(strong)], otherwiseDeny: false))
    }

    @Test("only the bare set `second-factor` is known as such")
    func secondFactorSet() throws {
        let define = "define mine = methods second-factor"
        for (demand, isBare) in [
            ("second-factor", true), ("one of second-factor", true), ("mine", true),
            ("all of second-factor", false), ("second-factor except sms", false),
            ("totp, sms, webauthn", false), ("second-factor, totp", false),
        ] {
            let policy = try self.policy("require \(demand)", items: define)
            guard case .require(let demands, _) = policy.rule, case .methods(let list) = demands[0]
            else {
                Issue.record("\(demand) is no list of methods")
                continue
            }
            #expect(list.isSecondFactorSet == isBare, "\(demand)")
        }
    }

    @Test(
        "names are unique and known across files",
        arguments: [
            ("policy a { for users deny }", [DiagnosticCode.duplicateName]),
            ("define m = paths /y", [.duplicateName]),
            ("pages { }", [.repeatedPages]),
            ("test \"t\" { then deny because a }", []),
            ("test \"t\" { then deny because b }", [.unknownName]),
            ("policy c { for users on m deny }", []),
        ]
    )
    func severalFiles(second: String, codes: [DiagnosticCode]) {
        let first =
            "gatekeeper 1 pages { } define m = paths /x admit users policy a { for users deny }"
        let sources = [first, "gatekeeper 1 " + second].enumerated().map {
            PolicySource(name: "\($0).policy", text: $1)
        }
        let reading = PolicyReading(sources)
        #expect(reading.codes == codes)
        #expect(reading.diagnostics.allSatisfy { $0.span.source == 1 })
        #expect(PolicyReading(sources.reversed()).codes == codes, "order carries no meaning")
    }

    @Test("a set without `admit` is refused, unless an unread item may have been one")
    func admission() {
        let read = { (text: String) in PolicyReading([PolicySource(name: "a", text: text)]).codes }
        #expect(read("gatekeeper 1") == [.noAdmission])
        #expect(read("gatekeeper 1 policy p { for users deny }") == [.noAdmission])
        #expect(read("gatekeeper 1 admit userz") == [.unexpectedWord])
        #expect(read("") == [.languageVersion])
        #expect(PolicyReading([]).codes == [.noAdmission])
    }

    @Test("a set has at most 10,000 policies")
    func policyCount() {
        let policies = (0..<10_001).map { "policy p\($0) { for users deny }\n" }
        #expect(PolicyReading.fixture(policies.dropLast().joined()).codes == [])
        #expect(PolicyReading.fixture(policies.joined()).codes == [.overLimit])
    }

    @Test("no define may take a word of the language", arguments: Vocabulary.reserved.sorted())
    func reserved(word: String) {
        guard word.utf8.allSatisfy(Ascii.isNamePart) else { return }
        #expect(PolicyReading.fixture("define \(word) = paths /x").codes == [.reservedName])
        #expect(PolicyReading.fixture("policy \(word) { for users deny }").codes == [])
    }
}
