internal import PolicyDSL

/// One policy as a function that says whether the caller passes it.
struct SQLPolicy {
    private let policy: Policy

    init(_ policy: Policy) {
        self.policy = policy
    }

    /// The call of the function.
    var call: String { "gatekeeper.\(SQLText.name("passes \(self.policy.name)"))()" }

    // SQL's own logic has three values as well: a fact that nobody knows is null, a policy that
    // may apply is null, and null lets nobody pass.
    var function: String {
        let time = self.inactive.map { "\($0)\n        or " } ?? ""
        let body = """
                select \(time)case \(self.applies)
                    when false then true
                    when true then \(self.passes)
                    else false
                end
            """
        return """
            -- \(SQLText.comment(self.policy.sentence))
            create function \(self.call) returns boolean
            language sql stable security definer set search_path = '' as \(SQLText.body(body));

            """
    }

    private var inactive: String? {
        let moment = "gatekeeper.moment()"
        let before = self.policy.from.map { "\(moment) < \(SQLText.instant($0))" }
        let after = self.policy.until.map { "\(moment) > \(SQLText.instant($0))" }
        let parts = [before, after].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: " or ")
    }

    private var applies: String {
        let subject = Self.test(self.policy.subject, ifMissing: true)
        guard let exception = self.policy.exception else { return "(\(subject))" }
        return "(\(subject) and not (\(Self.test(exception, ifMissing: false))))"
    }

    private var passes: String {
        guard case .require(let demands, _) = self.policy.rule else { return "false" }
        return demands.map(self.passes).joined(separator: " and ")
    }

    private func passes(_ demand: Demand) -> String {
        guard let grace = self.policy.grace, let deadline = self.deadline(of: grace) else {
            return demand.sql
        }
        return "(\(demand.sql) or (\(demand.sqlRemedy) = 4 and gatekeeper.moment() < \(deadline)))"
    }

    private func deadline(of grace: Policy.Grace) -> String? {
        switch grace.anchor {
        case .start: self.policy.from.map { SQLText.instant($0.advanced(by: grace.period)) }
        case .creation:
            "(select created_at + \(SQLText.interval(grace.period)) from gatekeeper.account())"
        }
    }
}

extension SQLPolicy {
    static func classes(_ classes: ClassSet) -> String {
        let words = SubjectClass.allCases.filter { classes.contains($0) }.map(\.word)
        return "(\(words.map(SQLText.string).joined(separator: ", ")))"
    }

    private static func test(_ subject: Subject, ifMissing: Bool) -> String {
        let classes = "gatekeeper.class() in \(Self.classes(subject.classes))"
        return ([classes] + subject.filters.map { Self.test($0, ifMissing: ifMissing) })
            .joined(separator: " and ")
    }

    private static func test(_ filter: Subject.Filter, ifMissing: Bool) -> String {
        switch filter {
        case .createdBefore(let limit):
            "gatekeeper.created_before(\(SQLText.instant(limit)), \(ifMissing))"
        case .createdOnOrAfter(let limit):
            "gatekeeper.created_since(\(SQLText.instant(limit)), \(ifMissing))"
        case .noVerified(let type):
            "(gatekeeper.has_facts() and gatekeeper.verified(\(type.sql)) = 0)"
        case .verified(let least, let type):
            "(gatekeeper.has_facts() and gatekeeper.verified(\(type.sql)) >= \(least))"
        case .role(let roles): Self.holds("gatekeeper.role()", roles)
        case .id(let ids): Self.holds("gatekeeper.claims() -> 'sub'", ids)
        case .claim(let path, let values):
            Self.holds(
                (["gatekeeper.claims()"] + path.segments.map(SQLText.string))
                    .joined(separator: " -> "),
                values
            )
        }
    }

    private static func holds(_ claim: String, _ texts: [String]) -> String {
        "gatekeeper.holds(\(claim), \(SQLText.strings(texts)))"
    }
}

extension FactorType? {
    fileprivate var sql: String { SQLText.string(self?.rawValue ?? "any") }
}

extension Demand {
    /// Whether the demand is met.
    fileprivate var sql: String {
        switch self {
        case .secondLevel(let isConfirmed, let within):
            let level = "gatekeeper.at_second_level(\(SQLText.interval(within)))"
            return isConfirmed ? "(\(level) and gatekeeper.verified('any') > 0)" : level
        case .signIn(let within): return "gatekeeper.signed_in(\(SQLText.interval(within)))"
        case .methods(let list): return list.sql
        case .all(let parts): return "(\(parts.map(\.sql).joined(separator: " and ")))"
        case .any(let parts): return "(\(parts.map(\.sql).joined(separator: " or ")))"
        }
    }

    /// The number of the remedy, as `gatekeeper.remedy_…` give it.
    fileprivate var sqlRemedy: String {
        switch self {
        case .secondLevel(let isConfirmed, let within):
            "gatekeeper.remedy_level(\(isConfirmed), \(SQLText.interval(within)))"
        case .signIn(let within): "gatekeeper.remedy_sign_in(\(SQLText.interval(within)))"
        case .methods(let list): list.sqlRemedy
        case .all(let parts): Self.hardest(parts.map(\.sqlRemedy))
        case .any(let parts): Self.easiest(parts.map(\.sqlRemedy))
        }
    }

    fileprivate static func hardest(_ remedies: [String]) -> String {
        "gatekeeper.hardest(array[\(remedies.joined(separator: ", "))])"
    }

    fileprivate static func easiest(_ remedies: [String]) -> String {
        "least(\(remedies.joined(separator: ", ")))"
    }
}

extension MethodDemand {
    fileprivate var sql: String {
        let tests = self.methods.methods.map { method in
            "gatekeeper.proves(\(SQLText.string(method.word)), \(SQLText.interval(self.within)))"
        }
        return "(\(tests.joined(separator: self.quantifier == .one ? " or " : " and ")))"
    }

    fileprivate var sqlRemedy: String {
        let remedies = self.methods.methods.map { method in
            let factor = method.factorType.map { SQLText.string($0.rawValue) } ?? "null"
            return "gatekeeper.remedy_method(\(SQLText.string(method.word)), \(factor), "
                + "\(SQLText.interval(self.within)))"
        }
        return self.quantifier == .one ? Demand.easiest(remedies) : Demand.hardest(remedies)
    }
}
