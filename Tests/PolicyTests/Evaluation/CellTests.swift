import PolicyDSL
import Testing

/// Atoms and cells.
@Suite struct CellTests {
    @Test(
        "compiled and reference evaluators agree on the cells of every policy file",
        arguments: files
    )
    func everyFile(_ name: String) throws {
        let sources = try RepositoryFile.policies(in: "policies/worked")
        let isWorked = sources.contains { $0.name == name }
        let own = isWorked ? sources : [try RepositoryFile.source("policies/\(name)")]
        let set = try #require(PolicyReading(own).policySet)
        let reference = ReferenceEvaluator(set.resolved)
        let atoms = RouteAtoms(set.resolved).atoms
        for atom in atoms {
            let cells = SessionCells(atom.policies, around: SeededGenerator.now)
            for session in cells.sample(4_000 / atoms.count) {
                let decision = set.decide(
                    atom.request,
                    session.principal,
                    directory: session.directory,
                    now: session.now
                )
                let expected = reference.decide(atom.request, session)
                if decision != expected { Issue.record("\(name): \(atom.request) \(session)") }
            }
        }
    }

    @Test("a predicate is constant on an atom: any request stands where some representative does")
    func atomsAreComplete() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<30 {
            let set = random.policySet(policies: 4)
            let atoms = RouteAtoms(set).atoms
            let compiled = PolicySet(set)
            for _ in 0..<40 {
                let request = random.request()
                guard case .known = request.host else { continue }
                let route = compiled.route(request)
                let scope = Set(
                    set.policies.filter { policy in
                        Self.isInScope(policy, request)
                    }.map(\.name)
                )
                let isCovered = atoms.contains { atom in
                    Set(atom.policies.map(\.name)) == scope && atom.admitted == route.admitted
                        && atom.pageRemedy == route.pageRemedy
                }
                if !isCovered { Issue.record("\(request) of \(set)") }
            }
        }
    }

    @Test("atoms are told apart by what stands there")
    func atoms() throws {
        let set = try Scene(
            "",
            "policy p { for users on writes /a/** deny } policy q { for users on /a/*/b deny }",
            "token",
            ""
        ).setting().set
        let names = RouteAtoms(set.resolved).atoms.map { $0.policies.map(\.name).sorted() }
        #expect(Set(names) == [[], ["p"], ["q"], ["p", "q"]])
        #expect(names.count == 4)
    }

    @Test("the cells of a set are the product of what it mentions")
    func axes() throws {
        let policies = """
            policy p {
                for users created before 2020-01-01 with role "x"
                require one of totp, password within 1 hour
            }
            """
        let set = try Scene("", policies, "token", "").setting().set
        let cells = SessionCells(set.resolved.policies, around: SeededGenerator.now)
        let sizes = cells.axes.map(\.count)
        // now, class, sign-in, level, created, factors, answer, role, id, totp
        #expect(sizes == [1, 5, 6, 2, 4, 5, 2, 2, 1, 4])
        #expect(cells.count == sizes.reduce(1, *))
        #expect(cells.choices(at: cells.count - 1).map(\.text).last == "totp over 1 hour ago")
    }

    @Test("starts, ends and deadlines split time")
    func instants() throws {
        let policies = """
            policy p {
                for users from 2026-01-01 until 2026-12-31 grace 14 days after start require aal2
            }
            """
        let set = try Scene("", policies, "token", "").setting().set
        let cells = SessionCells(set.resolved.policies, around: SeededGenerator.now)
        #expect(cells.axes.first?.count == 4)
    }

    @Test("a product that cannot be counted is `Int.max`")
    func saturation() {
        let claims = (0..<40).map { number in
            Policy(
                "p\(number)",
                for: Subject(.users, [.claim(ClaimPath(["c\(number)"]), ["a", "b"])]),
                .deny
            )
        }
        let cells = SessionCells(claims, around: SeededGenerator.now)
        #expect(cells.count == .max)
        #expect(Array(cells.sample(10)).count == 10)
    }

    private static let files = [
        "enforce-all.policy", "new-users-only.policy", "opted-in-only.policy", "ledger.policy",
    ]

    private static func isInScope(_ policy: Policy, _ request: AccessRequest) -> Bool {
        var deny = policy
        deny.subject = Subject(.anyone)
        deny.exception = nil
        (deny.rule, deny.from, deny.until, deny.mode) = (.deny, nil, nil, .enforce)
        let set = ResolvedPolicySet(admits: [Admit(.anyone)], policies: [deny])
        let session = Session(principal: .visitor, directory: .unknown, now: SeededGenerator.now)
        return ReferenceEvaluator(set).decide(request, session).outcome == .deny
    }
}
