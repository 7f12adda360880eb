import PolicyDSL

/// Sets, sessions and requests from a vocabulary so small that they meet one another often.
extension SeededGenerator {
    static let now = Instant(microseconds: 1_790_000_000_000_000)
    static let claim = ClaimPath(["app_metadata", "role"])

    private static let paths = [
        "/", "/**", "/a", "/a/**", "/a/*", "/a/b", "/*/b", "/a/*/c", "/b/**", "/login", "/mfa",
        "/mfa/setup", "/assets/**", "/*/*",
    ]
    private static let hosts = ["a.example", "*.example", "*.a.example", "b.example"]
    private static let hours = [1, 2, 24]

    mutating func policySet(policies: Int) -> ResolvedPolicySet {
        ResolvedPolicySet(
            admits: (0..<self.number(1...3)).map { _ in self.admit() },
            policies: (0..<policies).map { self.policy("p\($0)") },
            pages: self.chance(50) ? self.pages() : Pages()
        )
    }

    mutating func policy(_ name: String) -> Policy {
        let isDenial = self.chance(10)
        let begins = self.chance(20) ? self.instant() : nil
        return Policy(
            name,
            for: self.subject(),
            except: self.chance(25) ? self.subject() : nil,
            on: self.chance(50) ? [] : (0..<self.number(1...2)).map { _ in self.route() },
            isDenial
                ? .deny
                : .require(
                    (0..<self.number(1...2)).map { _ in self.demand(depth: 2) },
                    otherwiseDeny: self.chance(10)
                ),
            from: begins,
            until: begins != nil && self.chance(50) ? self.instant() : nil,
            grace: self.chance(20) && !isDenial ? self.grace(hasStart: begins != nil) : nil,
            mode: self.chance(15) ? .monitor(since: Self.now) : .enforce
        )
    }

    mutating func demand(depth: Int) -> Demand {
        switch self.number(0...(depth > 0 ? 7 : 5)) {
        case 0: .secondLevel(confirmed: false, within: self.within())
        case 1: .secondLevel(confirmed: true, within: self.within())
        case 2: .signIn(within: self.period())
        case 3:
            .methods(
                MethodDemand(of: .secondFactor, isSecondFactorSet: true, within: self.within())
            )
        case 4, 5:
            .methods(
                MethodDemand(
                    self.chance(70) ? .one : .all,
                    of: MethodSet(self.some(AuthenticationMethod.allCases, upTo: 3)),
                    within: self.within()
                )
            )
        case 6: .all((0..<2).map { _ in self.demand(depth: depth - 1) })
        default: .any((0..<2).map { _ in self.demand(depth: depth - 1) })
        }
    }

    mutating func principal() -> Principal {
        let subjectClass = self.pick([SubjectClass.visitor, .guest, .user, .user, .user, .service])
        guard subjectClass != .visitor else { return .visitor }
        var principal = Principal(subjectClass, assurance: self.pick(AssuranceLevel.allCases))
        if self.chance(80) { self.addProofs(to: &principal) }
        if self.chance(15) {
            principal.knowsLevelTimes = true
            principal.secondFactorAt = self.chance(50) ? self.past() : nil
        }
        principal.canBeUpgraded = subjectClass != .service && self.chance(90)
        principal.role = self.chance(50) ? self.pick(["r1", "r2"]) : nil
        principal.id = self.chance(50) ? self.pick(["i1", "i2"]) : nil
        if self.chance(50) { principal.claims[Self.claim] = self.some(["x", "y"], upTo: 2) }
        return principal
    }

    mutating func directory() -> DirectoryAnswer {
        switch self.number(0...9) {
        case 0, 1: .unknown
        case 2: .refused(self.pick(RefusedUser.allCases))
        default: .known(self.facts())
        }
    }

    mutating func facts() -> UserFacts {
        UserFacts(
            created: self.chance(15)
                ? .unknown : .known(self.chance(10) ? nil : self.pick(self.instants)),
            factors: self.chance(15) ? .unknown : .known(self.factors())
        )
    }

    mutating func request() -> AccessRequest {
        AccessRequest(
            method: self.pick(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "get", "QUERY"]),
            path: self.pick(["/", "/a", "/a/", "/a/b", "/a/b/c", "/b", "/login", "/mfa", "/x/b"]),
            host: self.chance(10)
                ? .unknown
                : .known(self.pick(["a.example", "b.example", "x.a.example", "c.test"])),
            isUpgrade: self.chance(10)
        )
    }

    private mutating func addProofs(to principal: inout Principal) {
        for method in self.some(AuthenticationMethod.allCases, upTo: 3) {
            let time = self.chance(85) ? self.past() : nil
            principal.proofs.insert(method, at: time)
            principal.hasMethodEntries = true
            guard let time else { continue }
            principal.hasTimedEntries = true
            if method.factorType == nil {
                principal.signInAt = max(principal.signInAt ?? time, time)
            }
        }
    }

    private mutating func subject() -> Subject {
        Subject(
            self.chance(60) ? .users : ClassSet(rawValue: UInt8(self.number(1...15))),
            self.chance(50) ? (0..<self.number(1...2)).map { _ in self.filter() } : []
        )
    }

    private mutating func filter() -> Subject.Filter {
        switch self.number(0...6) {
        case 0: .createdBefore(self.pick(self.instants))
        case 1: .createdOnOrAfter(self.pick(self.instants))
        case 2: .noVerified(self.chance(50) ? nil : self.pick(FactorType.allCases))
        case 3: .verified(atLeast: self.number(1...2), self.chance(50) ? nil : .totp)
        case 4: .role(["r1"])
        case 5: .id(["i1", "i3"])
        default: .claim(Self.claim, ["x"])
        }
    }

    private mutating func route() -> RouteMatcher {
        RouteMatcher(
            verbs: self.pick([.any, .any, .reads, .writes, .get, .post, [.get, .post]]),
            paths: self.chance(80)
                ? self.some(Self.paths, upTo: 2).compactMap { PathPattern($0) } : [],
            hosts: self.chance(20)
                ? self.some(Self.hosts, upTo: 2).compactMap { HostPattern($0) } : []
        )
    }

    private mutating func admit() -> Admit {
        Admit(
            ClassSet(rawValue: UInt8(self.number(1...15))),
            to: self.chance(60) ? nil : self.route()
        )
    }

    private mutating func pages() -> Pages {
        Pages(
            signIn: self.chance(70)
                ? Page(.path("/login"), with: [PathPattern("/assets/**")].compactMap(\.self)) : nil,
            stepUp: self.chance(70) ? Page(.path("/mfa")) : nil,
            enroll: self.chance(50) ? Page(.url("https://a.example/mfa/setup")) : nil,
            factors: self.chance(30) ? Page(.builtin) : nil
        )
    }

    private mutating func grace(hasStart: Bool) -> Policy.Grace {
        Policy.Grace(
            Period(seconds: self.pick(Self.hours) * 3_600),
            after: hasStart && self.chance(50) ? .start : .creation
        )
    }

    private mutating func factors() -> FactorCounts {
        FactorCounts(
            totp: self.pick([0, 0, 1, 2]),
            phone: self.pick([0, 0, 1]),
            webauthn: self.pick([0, 0, 1]),
            other: self.pick([0, 0, 0, 1])
        )
    }

    private var instants: [Instant] {
        [-25, -24, -2, -1, 0, 1, 24].map { Self.instant(hours: $0) }
    }

    private static func instant(hours: Int) -> Instant {
        Instant(microseconds: self.now.microseconds + Int64(hours) * 3_600_000_000)
    }

    private mutating func instant() -> Instant { self.pick(self.instants) }

    private mutating func past() -> Instant {
        Self.instant(hours: self.pick([-48, -24, -2, -1, 0]))
    }

    private mutating func period() -> Period {
        Period(seconds: self.pick(Self.hours) * 3_600)
    }

    private mutating func within() -> Period? {
        self.chance(50) ? self.period() : nil
    }
}
