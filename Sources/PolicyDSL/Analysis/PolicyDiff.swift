/// What changes for whom when one set takes the place of another.
package struct PolicyDiff: Sendable {
    /// How an answer moved on the ladder.
    package enum Verdict: String, Hashable, Sendable {
        case equal
        case stricter
        case looser
        /// Stricter for some sessions and looser for others.
        case incomparable
    }

    /// Sessions that get another answer than before, on one or more kinds of route.
    package struct Change: Sendable {
        package let verdict: Verdict
        /// The routes, each by one request.
        package fileprivate(set) var routes: [AccessRequest]
        /// What the sessions have in common, in words.
        package let sessions: String
        package let from: Outcome
        package let to: Outcome
        package let witness: Witness
    }

    /// What moves while the directory answers.
    package private(set) var changes: [Change] = []
    /// What moves only while it is silent; enters no verdict.
    package private(set) var outage: [Change] = []
    /// The verdict on each kind of route.
    package private(set) var atoms: [(request: AccessRequest, verdict: Verdict)] = []
    private var budget: CellBudget
    private var knowsAllCallers = true
    private let old: PolicySet
    private let new: PolicySet
    private let moments: ClosedRange<Instant>
    private var known: [Question: [Move]] = [:]

    /// Compares two sets from `now` on.
    package init(
        from old: PolicySet,
        to new: PolicySet,
        now: Instant,
        limits: PolicyAnalysis.Limits = .init()
    ) {
        self.init(from: old, to: new, during: now.onwards, limits: limits)
    }

    init(
        from old: PolicySet,
        to new: PolicySet,
        during moments: ClosedRange<Instant>,
        limits: PolicyAnalysis.Limits
    ) {
        self.old = old
        self.new = new
        self.moments = moments
        self.budget = CellBudget(limits.cells)
        var memory = MarksMemory()
        for request in RouteAtoms.requests(telling: [old.resolved, new.resolved]) {
            self.compare(request, &memory)
        }
    }

    /// Whether every kind of request and session was looked at.
    package var isExhaustive: Bool { self.knowsAllCallers && !self.budget.isExhausted }

    /// How many sessions were looked at.
    package var cells: Int { self.budget.looked }

    /// `mixed` where routes disagree, or one of them cannot be compared; nil stands for that.
    package var verdict: Verdict {
        let verdicts = Set(self.atoms.map(\.verdict)).subtracting([.equal])
        guard let first = verdicts.first else { return .equal }
        return verdicts.count == 1 ? first : .incomparable
    }

    /// Whether anybody gets in more easily than before.
    package var hasLoosened: Bool { self.changes.contains { $0.verdict == .looser } }
}

extension PolicyDiff {
    private struct Question: Hashable {
        let persona: Persona.Signature
        let policies: [Policy]
        let old: Standing
        let new: Standing
    }

    private struct Standing: Hashable {
        let isAdmitted: Bool
        let admitsUsers: Bool
        let pageRemedy: Outcome?

        init(_ atom: RouteAtom, _ subjectClass: SubjectClass) {
            self.isAdmitted = atom.admitted.contains(subjectClass)
            self.admitsUsers = atom.admitted.contains(.user)
            self.pageRemedy = atom.pageRemedy
        }
    }

    /// An answer before and after.
    fileprivate struct Answers: Hashable {
        let from: Outcome
        let to: Outcome

        var verdict: Verdict {
            self.from == self.to ? .equal : self.from < self.to ? .stricter : .looser
        }
    }

    private struct Move {
        let answers: Answers
        let group: CellGroup
    }

    private mutating func compare(_ request: AccessRequest, _ memory: inout MarksMemory) {
        let old = RouteAtom(request, of: self.old.resolved)
        let new = RouteAtom(request, of: self.new.resolved)
        var verdicts: Set<Verdict> = []
        if !old.asksLike(new) {
            for move in self.moves(old, new, isAnswered: true, &memory) {
                verdicts.insert(move.answers.verdict)
                self.changes.add(move.answers, move.sessions, on: request)
            }
            for move in self.moves(old, new, isAnswered: false, &memory)
            where verdicts.isEmpty {
                self.outage.add(move.answers, move.sessions, on: request)
            }
        }
        let verdict = verdicts.count == 2 ? .incomparable : verdicts.first ?? .equal
        self.atoms.append((request, verdict))
    }

    /// What moves on one kind of route, those that move alike taken together.
    private mutating func moves(
        _ old: RouteAtom,
        _ new: RouteAtom,
        isAnswered: Bool,
        _ memory: inout MarksMemory
    ) -> [(answers: Answers, sessions: [CellGroup])] {
        let policies = old.policies + new.policies.filter { !old.policies.contains($0) }
        let moved = Set(
            policies.indices.filter {
                !old.policies.contains(policies[$0]) || !new.policies.contains(policies[$0])
            }
        )
        let personas = Personas(policies, during: self.moments, isAnswered: isAnswered)
        if !personas.isExhaustive { self.knowsAllCallers = false }
        var order: [Answers] = []
        var moves: [Answers: [CellGroup]] = [:]
        for persona in personas.personas {
            // Where nothing that names the caller moved, no answer did.
            let subjectClass = persona.session.principal.subjectClass
            guard
                !moved.isDisjoint(with: persona.applying)
                    || Standing(old, subjectClass) != Standing(new, subjectClass)
            else { continue }
            for move in self.moves(of: persona, policies, old, new, &memory) {
                if moves[move.answers] == nil { order.append(move.answers) }
                moves[move.answers, default: []].append(move.group)
            }
        }
        return order.map { ($0, moves[$0] ?? []) }
    }

    private mutating func moves(
        of persona: Persona,
        _ policies: [Policy],
        _ old: RouteAtom,
        _ new: RouteAtom,
        _ memory: inout MarksMemory
    ) -> [Move] {
        let subjectClass = persona.session.principal.subjectClass
        let question = Question(
            persona: persona.signature,
            policies: persona.applying.map { policies[$0] },
            old: Standing(old, subjectClass),
            new: Standing(new, subjectClass)
        )
        if let moves = self.known[question] { return moves }
        let routes = (self.old.route(old.request), self.new.route(new.request))
        var order: [Answers] = []
        var groups: [Answers: CellGroup] = [:]
        let found = persona.groups(
            among: policies,
            budget: &self.budget,
            memory: &memory
        )
        for group in found {
            let answers = Answers(
                from: self.old.decide(routes.0, group.session).outcome,
                to: self.new.decide(routes.1, group.session).outcome
            )
            guard answers.verdict != .equal else { continue }
            if groups[answers]?.join(group) == nil {
                order.append(answers)
                groups[answers] = group
            }
        }
        let moves = order.compactMap { answers in
            groups[answers].map { Move(answers: answers, group: $0) }
        }
        self.known[question] = moves
        return moves
    }
}

extension [PolicyDiff.Change] {
    fileprivate mutating func add(
        _ answers: PolicyDiff.Answers,
        _ groups: [CellGroup],
        on request: AccessRequest
    ) {
        guard let first = groups.first else { return }
        let common = groups.dropFirst().reduce(first.words) { common, group in
            let words = Set(group.words)
            return common.filter(words.contains)
        }
        let sessions = CellGroup.text(common)
        let index = self.firstIndex { change in
            change.from == answers.from && change.to == answers.to && change.sessions == sessions
        }
        if let index {
            self[index].routes.append(request)
            return
        }
        self.append(
            PolicyDiff.Change(
                verdict: answers.verdict,
                routes: [request],
                sessions: sessions.isEmpty ? "some" : sessions,
                from: answers.from,
                to: answers.to,
                witness: Witness(request, first.session)
            )
        )
    }
}

extension PolicyDiff.Change {
    /// The routes as one phrase: a few of them, and how many more there are.
    package var route: String {
        let shown = self.routes.prefix(3).map(\.words).joined(separator: ", ")
        let rest = self.routes.count - 3
        return rest > 0 ? "\(shown) and \(rest) more" : shown
    }

    /// The change as one sentence.
    package var sentence: String {
        "\(self.verdict.rawValue): \(self.from.word) becomes \(self.to.word) for "
            + "\(self.sessions), on \(self.route)"
    }
}

extension RouteAtom {
    /// Whether both let the same callers in and ask them for the same.
    fileprivate func asksLike(_ other: RouteAtom) -> Bool {
        self.admitted == other.admitted && self.pageRemedy == other.pageRemedy
            && Set(self.policies.map(\.demand)) == Set(other.policies.map(\.demand))
    }
}

extension Policy {
    /// What the policy asks of whom and when, its name and its routes left out.
    fileprivate var demand: String {
        var bare = self
        bare.name = ""
        bare.because = nil
        bare.routes = []
        return bare.meaning
    }
}

extension PolicySet {
    func decide(_ route: Route, _ session: Session) -> Decision {
        self.decide(
            route,
            self.prepare(session.principal),
            directory: session.directory,
            now: session.now
        )
    }
}
