import MFAPages
import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct PageStandingTests {
    private static let policies: String = """
        admit users
        policy opted-in { for users with a verified factor on /account require aal2 }
        policy admin { for users on /admin/** require aal2 because "Admin pages need one." }
        policy payments { for users on writes /payments require totp within 5 minutes }
        policy phones { for users on /phones require sms }
        policy vault { for users on /vault deny }
        policy recent { for users on /security require sign-in within 1 minute }
        policy here { for users on /here at app.example.com require aal2 }
        """

    private func standing(
        to target: String?,
        for demand: String? = nil,
        aal: String = "aal1",
        proof: Int64? = nil,
        factors: FactorCounts = FactorCounts(),
        errand: Errand = .none,
        host: String = "app.example.com"
    ) throws -> Standing {
        let now = IdentityFixture.now
        let seconds = now.microseconds / 1_000_000
        let totp = proof.map { #"{"method":"totp","timestamp":\#(seconds - $0)},"# } ?? ""
        let caller = try IdentityFixture.caller(
            """
            {"sub":"u","role":"authenticated","aal":"\(aal)","amr":[\(totp)
            {"method":"password","timestamp":\(seconds - 600)}]}
            """
        )
        let set = try EnforcementFixture.policies(Self.policies)
        return PageStanding(policies: set, host: host).standing(
            of: caller.principal,
            facts: UserFacts(created: .unknown, factors: .known(factors)),
            journey: Journey(
                returnPath: target.flatMap(ReturnPath.init),
                demand: demand,
                errand: errand
            ),
            now: now
        )
    }

    @Test("the target's policies say what is missing")
    func targets() throws {
        let app = FactorCounts(totp: 1)
        #expect(try self.standing(to: "/account") == .satisfied)
        guard case .stepUp(let demand) = try self.standing(to: "/account", factors: app) else {
            Issue.record("no step-up")
            return
        }
        #expect(demand.kinds.contains(.totp))
        #expect(!demand.namesKinds)
        #expect(try self.standing(to: "/account?x=/admin", aal: "aal2", proof: 9) == .satisfied)
        #expect(try self.standing(to: "/vault", aal: "aal2", proof: 9) == .denied)
        #expect(try self.standing(to: "/security") == .reauthenticate)
        guard case .enroll(let admin) = try self.standing(to: "/admin/x") else {
            Issue.record("no enrolment")
            return
        }
        #expect(admin.because == "Admin pages need one.")
    }

    @Test("the request that met a policy counts as much as the page it came from")
    func demands() throws {
        let app = FactorCounts(totp: 1)
        let old = try self.standing(
            to: "/payments",
            for: "POST /payments",
            aal: "aal2",
            proof: 301,
            factors: app
        )
        guard case .stepUp(let demand) = old else {
            Issue.record("no step-up")
            return
        }
        #expect(demand.kinds == [.totp])
        #expect(demand.maximumAge == 300)
        let fresh = try self.standing(
            to: "/payments",
            for: "POST /payments",
            aal: "aal2",
            proof: 200,
            factors: app
        )
        #expect(fresh == .satisfied)
        #expect(try self.standing(to: "/payments", factors: app) == .satisfied)
        let hardest = try self.standing(to: "/vault", for: "POST /payments", factors: app)
        #expect(hardest == .denied)
    }

    @Test(
        "a demand that is no request changes nothing",
        arguments: [
            "", "POST", "POST ", " /vault", "/vault", "POST vault", "POST /%2e%2e/vault",
            "POST /a\\b", "GET /va\u{0}ult", "PO ST /vault", "GET //vault", "GET http://x/vault",
        ]
    )
    func brokenDemands(_ demand: String) throws {
        #expect(try self.standing(to: "/account", for: demand) == .satisfied)
    }

    @Test("kinds are named where a policy leaves some of the user's out")
    func kinds() throws {
        let both = FactorCounts(totp: 1, phone: 1)
        guard case .stepUp(let demand) = try self.standing(to: "/phones", factors: both) else {
            Issue.record("no step-up")
            return
        }
        #expect(demand.kinds == [.phone])
        #expect(demand.namesKinds)
    }

    @Test("whoever has none of the kinds shows another one, and then adds one that will do")
    func otherKinds() throws {
        let app = FactorCounts(totp: 1)
        guard case .stepUp(let first) = try self.standing(to: "/phones", factors: app) else {
            Issue.record("no step-up")
            return
        }
        #expect(first.kinds == [.totp])
        let then = try self.standing(to: "/phones", aal: "aal2", proof: 9, factors: app)
        guard case .enroll(let second) = then else {
            Issue.record("no enrolment")
            return
        }
        #expect(second.kinds == [.phone])
    }

    @Test("without a target, and on errands, the level alone decides")
    func levels() throws {
        for (target, errand) in [(nil, Errand.none), ("/vault", .factors), ("/vault", .enroll)] {
            #expect(
                try self.standing(to: target, errand: errand) == .stepUp(FactorDemand())
            )
            #expect(
                try self.standing(to: target, aal: "aal2", proof: 9, errand: errand)
                    == .satisfied
            )
        }
    }

    @Test func hostsAreToldApart() throws {
        let app = FactorCounts(totp: 1)
        let other = try self.standing(to: "/here", factors: app, host: "other.example.com")
        #expect(other == .satisfied)
        #expect(try self.standing(to: "/here", factors: app) != .satisfied)
    }

    @Test("facts come from the user object that the authority just sent")
    func facts() throws {
        let factors = try zip([FactorKind.totp, .phone, .webauthn, nil, .totp], 1...).map {
            AuthFactor(
                id: try #require(FactorID("00000000-\($1)")),
                kind: $0,
                isVerified: $1 < 5
            )
        }
        let user = AuthUser(id: "u", createdAt: "2026-03-01T09:14:58.5Z", factors: factors)
        let facts = UserFacts(user)
        #expect(
            facts.factors == .known(FactorCounts(totp: 1, phone: 1, webauthn: 1, other: 1))
        )
        #expect(facts.created == .known(Instant(rfc3339: "2026-03-01T09:14:58.5Z")))
        #expect(UserFacts(AuthUser(createdAt: "yesterday")).created == .known(nil))
    }
}
