import Testing

@testable import PolicyDSL

/// What the facts of a test make of a caller.
@Suite struct PolicyFileFactsTests {
    private func facts(_ parts: String) throws -> TestFacts {
        let reading = PolicyReading.fixture("test \"t\" { \(parts) then allow }")
        _ = try sound(reading)
        return try #require(reading.tests.first?.cases.first?.facts)
    }

    private let now = Instant(microseconds: 1_000_000_000_000_000)

    @Test("what is not said of a token is absent, what is not said of a user is unknown")
    func nothing() throws {
        let facts = try self.facts("case token")
        #expect(facts.principal(at: self.now) == Principal(.user))
        #expect(facts.directory == .unknown)
    }

    @Test(
        "classes",
        arguments: [
            ("no token", SubjectClass.visitor), ("guest", .guest), ("service", .service),
            ("user", .user), ("token", .user), ("aal2", .user),
        ]
    )
    func classes(fact: String, subjectClass: SubjectClass) throws {
        let principal = try self.facts("case \(fact)").principal(at: self.now)
        #expect(principal.subjectClass == subjectClass)
        #expect(principal.canBeUpgraded == (subjectClass != .service))
    }

    @Test("a service has the name that it is given")
    func service() throws {
        let principal = try self.facts("case service \"job\"").principal(at: self.now)
        #expect(principal.id == "job")
    }

    @Test("ages count back from now, and first factors set the sign-in time")
    func proofs() throws {
        let facts = try self.facts("case password 2 hours ago, totp 5 minutes ago, oauth")
        let principal = facts.principal(at: self.now)
        let before = { Instant(microseconds: self.now.microseconds - $0 * 1_000_000) }
        #expect(principal.proofs[.password] == .proven(at: before(7_200)))
        #expect(principal.proofs[.totp] == .proven(at: before(300)))
        #expect(principal.proofs[.oauth] == .proven(at: nil))
        #expect(principal.proofs[.sms] == .notProven)
        #expect(principal.signInAt == before(7_200))
        #expect(principal.hasMethodEntries && principal.hasTimedEntries)
    }

    @Test("a method without an age has no time")
    func timeless() throws {
        let principal = try self.facts("case password").principal(at: self.now)
        #expect(principal.hasMethodEntries && !principal.hasTimedEntries)
        #expect(principal.signInAt == nil)
    }

    @Test(
        "directory facts",
        arguments: [
            ("no factors", UserFacts(factors: .known(FactorCounts()))),
            ("factors totp, totp, phone", UserFacts(factors: .known(.init(totp: 2, phone: 1)))),
            ("created 1970-01-02", UserFacts(created: .known(.init(microseconds: 86_400_000_000)))),
        ]
    )
    func directory(fact: String, expected: UserFacts) throws {
        #expect(try self.facts("case \(fact)").directory == .known(expected))
    }

    @Test("an unknown user is a refusal of the directory")
    func unknownUser() throws {
        #expect(try self.facts("case unknown user").directory == .refused(.userNotFound))
    }

    @Test("`case` is joined to `given`, and wins where both speak of one thing")
    func joining() throws {
        let facts = try self.facts(
            "given user created 2020-01-01, factors totp given aal1, role \"a\", password "
                + "case aal2, no factors, role \"b\", totp"
        )
        #expect(facts.level == .aal2)
        #expect(facts.role == "b")
        #expect(facts.factors == FactorCounts())
        #expect(facts.created != nil)
        #expect(facts.methods.keys.count == 2)
    }

    @Test("a caller without a token has nothing that a token would say")
    func noToken() throws {
        let facts = try self.facts("given aal2, totp, role \"a\", factors totp case no token")
        #expect(facts.principal(at: self.now) == .visitor)
        #expect(facts.factors == FactorCounts(totp: 1))
    }

    @Test("several values of one claim are the list that the token holds")
    func claims() throws {
        let facts = try self.facts("case claim a.\"b c\" \"x\", claim a.\"b c\" \"y\"")
        #expect(facts.claims == [ClaimPath(["a", "b c"]): ["x", "y"]])
    }
}
