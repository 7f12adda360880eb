extension PolicySet {
    /// Answers the set's questions about a token, once for all requests that bring it.
    public func prepare(_ principal: Principal) -> PreparedPrincipal {
        self.program.prepare(principal)
    }

    /// Finds where a request stands; for whoever has its parts as text.
    public func route(_ request: AccessRequest) -> Route {
        let verbs = VerbSet(method: request.method, isUpgrade: request.isUpgrade)
        let path = request.path.utf8.span
        return switch request.host {
        case .unknown: self.program.routes.route(verbs: verbs, path: path, host: nil)
        case .known(let host):
            self.program.routes.route(verbs: verbs, path: path, host: host.utf8.span)
        }
    }

    /// Finds where a request stands, from the bytes of its head.
    ///
    /// The method is taken as it came, the path in its canonical form without query, the host in
    /// lower case without port and trailing dot.
    public func route(
        method: Span<UInt8>,
        path: Span<UInt8>,
        host: Span<UInt8>,
        isUpgrade: Bool
    ) -> Route {
        let verbs = VerbSet(method: method, isUpgrade: isUpgrade)
        return self.program.routes.route(verbs: verbs, path: path, host: host)
    }

    /// The directory facts that a decision may consult; of none, decide at once.
    ///
    /// - Parameters:
    ///   - route: where the request stands.
    ///   - prepared: who asks.
    ///   - now: when they ask.
    ///   - memo: what is kept from request to request of the same principal.
    /// - Returns: The facts, none of which may be left out.
    public func consultedFacts(
        _ route: Route,
        _ prepared: PreparedPrincipal,
        now: Instant,
        remembering memo: inout DecisionMemo
    ) -> FactNeeds {
        let prepared = self.own(prepared)
        return memo.consultedFacts(route, prepared) {
            self.program.consultedFacts(route, prepared, now)
        }
    }

    /// Finds the facts, and remembers nothing.
    public func consultedFacts(
        _ route: Route,
        _ prepared: PreparedPrincipal,
        now: Instant
    ) -> FactNeeds {
        self.program.consultedFacts(route, self.own(prepared), now)
    }

    /// Decides; total, and without allocation where the answer is a plain allow.
    ///
    /// - Parameters:
    ///   - route: where the request stands.
    ///   - prepared: who asks.
    ///   - directory: what the directory says about them.
    ///   - now: when they ask.
    ///   - memo: what is kept from request to request of the same principal.
    /// - Returns: The decision with its evidence.
    public func decide(
        _ route: Route,
        _ prepared: PreparedPrincipal,
        directory: DirectoryAnswer,
        now: Instant,
        remembering memo: inout DecisionMemo
    ) -> Decision {
        let prepared = self.own(prepared)
        return memo.decision(route, prepared, directory) {
            self.program.decide(route, prepared, directory, now)
        }
    }

    /// Decides, and remembers nothing.
    public func decide(
        _ route: Route,
        _ prepared: PreparedPrincipal,
        directory: DirectoryAnswer,
        now: Instant
    ) -> Decision {
        self.program.decide(route, self.own(prepared), directory, now)
    }

    /// Decides for whoever asks once: a dry run, a test.
    public func decide(
        _ request: AccessRequest,
        _ principal: Principal,
        directory: DirectoryAnswer,
        now: Instant
    ) -> Decision {
        let prepared = self.prepare(principal)
        return self.decide(self.route(request), prepared, directory: directory, now: now)
    }

    /// Whether an enforced policy on the route can name a caller of this class.
    public func canName(_ subjectClass: SubjectClass, on route: Route, at now: Instant) -> Bool {
        [route.terminals, route.possible].contains { terminals in
            self.program.routes.policies(at: terminals, route.verbs).contains { number in
                let policy = self.program.compiled[number]
                return policy.isEnforced(at: now) && policy.subject.classes.contains(subjectClass)
            }
        }
    }

    /// Whether some `admit` surely lets the class in on the route.
    public func admits(_ subjectClass: SubjectClass, on route: Route) -> Bool {
        route.admitted.contains(subjectClass)
    }

    // A token may outlive the set it was prepared for.
    private func own(_ prepared: PreparedPrincipal) -> PreparedPrincipal {
        prepared.program == self.program.id ? prepared : self.prepare(prepared.principal)
    }
}

extension PolicyProgram {
    fileprivate func decide(
        _ route: Route,
        _ prepared: PreparedPrincipal,
        _ directory: DirectoryAnswer,
        _ now: Instant
    ) -> Decision {
        let question = PolicyQuestion(prepared.token, directory, now)
        var objecting: [(number: Int, scope: Truth)] = []
        let needs = self.survey(route, question) { objecting.append(($0, $1)) }
        if objecting.isEmpty,
            route.pageRemedy != nil || route.admitted.contains(prepared.token.classes)
        {
            return .allowed(needs: needs, unknown: question.facts.unanswered(needs))
        }
        // A policy may stand on a route more than once; where it surely does, that counts.
        let ordered = objecting.sorted { ($0.number, $1.scope) < ($1.number, $0.scope) }
        var policies: [ScopedPolicy] = []
        var last: Int?
        for (number, scope) in ordered where number != last {
            last = number
            let policy = self.policies[number]
            let texts = self.demandTexts[number]
            policies.append(ScopedPolicy(policy: policy, scope: scope, demandTexts: texts))
        }
        let principal = prepared.principal
        let session = Session(principal: principal, directory: directory, now: now)
        return Decision(policies, route.standing, session, alsoConsulted: needs)
    }

    fileprivate func consultedFacts(
        _ route: Route,
        _ prepared: PreparedPrincipal,
        _ now: Instant
    ) -> FactNeeds {
        let question = PolicyQuestion(prepared.token, .unknown, now)
        var needs: FactNeeds = []
        let settling = self.survey(route, question) { number, _ in
            guard needs != .all, self.compiled[number].isEnforced(at: now) else { return }
            let consulted =
                self.factsConfirming(number, question)
                ?? self.policies[number].factsConsulted(of: prepared.principal, now: now)
            needs.formUnion(consulted)
        }
        return needs.union(settling)
    }
}

extension Route {
    fileprivate var standing: RouteStanding {
        RouteStanding(
            admitted: self.admitted,
            possiblyAdmitted: self.possiblyAdmitted,
            pageRemedy: self.pageRemedy
        )
    }
}
