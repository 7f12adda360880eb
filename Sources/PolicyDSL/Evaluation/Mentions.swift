/// What some policies mention: the thresholds and members that sessions are told apart by.
struct Mentions {
    private var methods: MethodSet = []
    private var levelAges: Set<Period> = []
    private var signInAges: Set<Period> = []
    private var methodAges: [AuthenticationMethod: Set<Period>] = [:]
    private var creations: Set<Instant> = []
    private var creationGraces: Set<Period> = []
    private var counts: [FactorType?: Set<Int>] = [:]
    private var roles: Set<String> = []
    private var ids: Set<String> = []
    private var claims: [ClaimPath: Set<String>] = [:]
    private var turns: Set<Instant> = []
    private var lists: Set<MethodDemand> = []

    init(_ policies: [Policy]) {
        for policy in policies {
            for filter in policy.subject.filters + (policy.exception?.filters ?? []) {
                self.mention(filter)
            }
            for demand in policy.rule.demands {
                self.mention(demand)
            }
            self.mentionTimes(of: policy)
        }
    }

    private mutating func mention(_ filter: Subject.Filter) {
        switch filter {
        case .createdBefore(let limit), .createdOnOrAfter(let limit): self.creations.insert(limit)
        case .noVerified(let type): self.counts[type, default: []].insert(1)
        case .verified(let least, let type): self.counts[type, default: []].insert(least)
        case .role(let roles): self.roles.formUnion(roles)
        case .id(let ids): self.ids.formUnion(ids)
        case .claim(let path, let values): self.claims[path, default: []].formUnion(values)
        }
    }

    private mutating func mention(_ demand: Demand) {
        switch demand {
        case .secondLevel(_, let within):
            if let within { self.levelAges.insert(within) }
        case .signIn(let within): self.signInAges.insert(within)
        case .methods(let list):
            self.lists.insert(list)
            self.methods.formUnion(list.methods)
            for method in list.methods.methods {
                if let type = method.factorType { self.counts[type, default: []].insert(1) }
                if let within = list.within { self.methodAges[method, default: []].insert(within) }
            }
        case .all(let parts), .any(let parts):
            for part in parts {
                self.mention(part)
            }
        }
    }

    private mutating func mentionTimes(of policy: Policy) {
        if let from = policy.from { self.turns.insert(from) }
        if let until = policy.until { self.turns.insert(Instant(after: until)) }
        guard let grace = policy.grace else { return }
        switch grace.anchor {
        case .start:
            if let from = policy.from { self.turns.insert(from.advanced(by: grace.period)) }
        case .creation: self.creationGraces.insert(grace.period)
        }
    }
}

extension Mentions {
    func axes(around now: Instant) -> [[SessionCells.Choice]] {
        let axes =
            [
                self.nows(around: now), Self.classes, self.signIns(), Self.levels,
                self.accountAges(), self.factors(), Self.answers,
                self.words("role", self.roles) { $0.role = $1 },
                self.words("id", self.ids) { $0.id = $1 },
            ] + self.secondFactors() + self.claimAxes()
        return axes.filter { !$0.isEmpty }
    }

    /// The kinds of caller.
    static var callers: [SessionCells.Choice] { Self.classes }

    /// The axes of who asks and when, for one kind of caller; what a session proves is left out.
    func callerAxes(
        _ caller: SessionCells.Choice,
        of subjectClass: SubjectClass,
        during moments: ClosedRange<Instant>,
        isAnswered: Bool
    ) -> [[SessionCells.Choice]] {
        let now = moments.lowerBound
        let later = self.turns.filter { $0 > now && moments.contains($0) }.sorted()
        let nows = ([now] + later).map { instant in
            SessionCells.Choice("at \(instant)") { $0.now = instant }
        }
        let claims =
            subjectClass == .visitor
            ? []
            : [
                self.words("role", self.roles) { $0.role = $1 },
                self.words("id", self.ids) { $0.id = $1 },
            ] + self.claimCombinations()
        let facts =
            subjectClass.hasDirectoryFacts && isAnswered
            ? [
                self.accountAges().known, self.factors(rest: self.unmentionedType).known,
                Self.answers,
            ] : []
        return [nows, [caller]] + facts + claims
    }

    /// The axes of what a session proves.
    var proofAxes: [[SessionCells.Choice]] {
        [self.signIns(self.distinctSignIns), Self.levels] + self.secondFactors()
    }

    /// One first factor of every kind that the demands tell apart.
    private var distinctSignIns: [AuthenticationMethod] {
        let lists = Array(self.lists)
        var seen: Set<[Bool]> = []
        return MethodSet.firstFactor.methods.filter { method in
            seen.insert(lists.map { $0.methods.contains(method) }).inserted
        }
    }

    /// A claim may be an array, which holds several of the values at once.
    private func claimCombinations() -> [[SessionCells.Choice]] {
        self.claims.sorted { $0.key < $1.key }.map { path, values in
            let values = values.sorted()
            let sets = values.count <= Self.mostCombinedClaims ? values.subsets : values.singles
            return sets.map { set in
                let shown = set.map { "\"\($0)\"" }.joined(separator: ", ")
                let text = set.isEmpty ? "no claim \(path)" : "claim \(path) \(shown)"
                return SessionCells.Choice(text) { session in
                    if !set.isEmpty { session.principal.claims[path] = set }
                }
            }
        }
    }

    /// Whether every combination of claim values is tried.
    var combinesAllClaims: Bool {
        self.claims.values.allSatisfy { $0.count <= Self.mostCombinedClaims }
    }

    private static let mostCombinedClaims = 5

    private func nows(around now: Instant) -> [SessionCells.Choice] {
        let before = self.turns.min().map { [Instant(before: $0)] } ?? []
        let instants = self.turns.isEmpty ? [now] : before + self.turns.sorted()
        return instants.map { instant in
            SessionCells.Choice("at \(instant)") { $0.now = instant }
        }
    }

    private static let classes: [SessionCells.Choice] =
        SubjectClass.allCases.map { subjectClass in
            SessionCells.Choice(subjectClass.word, namesCaller: true) {
                $0.principal = Principal(
                    subjectClass,
                    canBeUpgraded: subjectClass != .service
                )
            }
        } + [
            SessionCells.Choice("user of an OAuth client", namesCaller: true) {
                $0.principal = Principal(.user, canBeUpgraded: false)
            }
        ]

    private static let levels: [SessionCells.Choice] = AssuranceLevel.allCases.map { level in
        SessionCells.Choice("aal\(level.rawValue)") { session in
            guard session.principal.subjectClass != .visitor else { return }
            session.principal.assurance = level
        }
    }

    /// No entry at all, or one first factor: every mentioned one and one that nobody mentions.
    private func signIns() -> [SessionCells.Choice] {
        let firstFactors = MethodSet.firstFactor
        let other = firstFactors.subtracting(self.methods).methods.prefix(1)
        return self.signIns(self.methods.intersection(firstFactors).methods + other)
    }

    private func signIns(_ methods: [AuthenticationMethod]) -> [SessionCells.Choice] {
        let none = SessionCells.Choice("no amr") { _ in }
        return [none]
            + methods.flatMap { method in
                let ages = self.signInAges.union(self.methodAges[method] ?? [])
                return Self.proofs(of: method, ages)
            }
    }

    /// Every mentioned second factor: not proven, or proven in each of its age buckets.
    private func secondFactors() -> [[SessionCells.Choice]] {
        var methods = self.methods.intersection(.secondFactor)
        if methods.isEmpty, !self.levelAges.isEmpty { methods = MethodSet(.totp) }
        return methods.methods.map { method in
            let ages = self.levelAges.union(self.methodAges[method] ?? [])
            return [SessionCells.Choice("no \(method.word)") { _ in }]
                + Self.proofs(of: method, ages)
        }
    }

    private static func proofs(
        of method: AuthenticationMethod,
        _ ages: Set<Period>
    ) -> [SessionCells.Choice] {
        let untimed = SessionCells.Choice(method.word) { $0.prove(method, ago: nil) }
        let timed = ages.isEmpty ? [Period(seconds: 60)] : ages.sorted()
        let recent = timed.map { ago in
            SessionCells.Choice("\(method.word) \(ago) ago") { $0.prove(method, ago: ago) }
        }
        guard let oldest = ages.max() else { return [untimed] + recent }
        let older = Period(microseconds: oldest.microseconds + 1_000_000)
        let tooOld = SessionCells.Choice("\(method.word) over \(oldest) ago") {
            $0.prove(method, ago: older)
        }
        return [untimed] + recent + [tooOld]
    }

    private func accountAges() -> [SessionCells.Choice] {
        let unknown = SessionCells.Choice("created unknown") { _ in }
        guard !self.creations.isEmpty || !self.creationGraces.isEmpty else { return [unknown] }
        let before = self.creations.min().map { [Instant(before: $0)] } ?? []
        let fixed = (before + self.creations.sorted()).map { instant in
            SessionCells.Choice("created \(instant)") { $0.learn { $0.created = .known(instant) } }
        }
        let relative = self.creationGraces.sorted().flatMap { period in
            [period, Period(microseconds: period.microseconds - 1)].map { ago in
                SessionCells.Choice("created \(ago) ago") { session in
                    let instant = session.now.retreated(by: ago)
                    session.learn { $0.created = .known(instant) }
                }
            }
        }
        let missing = SessionCells.Choice("created missing") {
            $0.learn { $0.created = .known(nil) }
        }
        return [unknown, missing] + fixed + relative
    }

    /// A type of factor that stands for all those that nothing here names.
    private var unmentionedType: FactorType? {
        FactorType.allCases.first { self.counts[$0] == nil }
    }

    /// Factors of a type that nothing names count as `rest`; nil is one without a word.
    private func factors(rest type: FactorType? = nil) -> [SessionCells.Choice] {
        var choices = [FactorCounts()]
        for type in FactorType.allCases {
            guard let thresholds = self.counts[type] else { continue }
            choices = choices.flatMap { counts in
                thresholds.union([0]).sorted().map { count in
                    var counts = counts
                    counts[type] = count
                    return counts
                }
            }
        }
        let rest = (self.counts[nil] ?? []).union([0, 1])
        choices = choices.flatMap { counts in
            rest.sorted().map { count in
                var counts = counts
                if let type { counts[type] = count } else { counts.other = count }
                return counts
            }
        }
        let known = choices.map { counts in
            SessionCells.Choice("factors \(counts)") { $0.learn { $0.factors = .known(counts) } }
        }
        return [SessionCells.Choice("factors unknown") { _ in }] + known
    }

    private static let answers = [
        SessionCells.Choice("known to the directory") { _ in },
        SessionCells.Choice("unknown user") { $0.directory = .refused(.userNotFound) },
    ]

    private func words(
        _ name: String,
        _ values: Set<String>,
        _ set: @escaping @Sendable (inout Principal, String) -> Void
    ) -> [SessionCells.Choice] {
        [SessionCells.Choice("no \(name)") { _ in }]
            + values.sorted().map { value in
                SessionCells.Choice("\(name) \"\(value)\"") { set(&$0.principal, value) }
            }
    }

    private func claimAxes() -> [[SessionCells.Choice]] {
        self.claims.sorted { $0.key < $1.key }.map { path, values in
            self.words("claim \(path)", values) { $0.claims[path, default: []].append($1) }
        }
    }
}

extension [SessionCells.Choice] {
    /// The choices but the first, in which the directory is silent.
    fileprivate var known: [SessionCells.Choice] {
        self.count > 1 ? Array(self.dropFirst()) : self
    }
}

extension [String] {
    fileprivate var subsets: [[String]] {
        self.reduce([[]]) { sets, value in sets + sets.map { $0 + [value] } }
    }

    /// None, each alone, and all together.
    fileprivate var singles: [[String]] {
        [[]] + self.map { [$0] } + [self]
    }
}

extension Session {
    fileprivate mutating func prove(_ method: AuthenticationMethod, ago: Period?) {
        guard self.principal.subjectClass != .visitor else { return }
        let time = ago.map { self.now.retreated(by: $0) }
        self.principal.proofs.insert(method, at: time)
        self.principal.hasMethodEntries = true
        guard let time else { return }
        self.principal.hasTimedEntries = true
        if method.factorType == nil { self.principal.signInAt = time }
    }

    fileprivate mutating func learn(_ change: (inout UserFacts) -> Void) {
        var facts = self.directory.facts
        change(&facts)
        self.directory = .known(facts)
    }
}

extension Instant {
    private static let tick = Period(microseconds: 1)

    fileprivate init(before instant: Instant) {
        self = instant.retreated(by: Self.tick)
    }

    fileprivate init(after instant: Instant) {
        self = instant.advanced(by: Self.tick)
    }
}
