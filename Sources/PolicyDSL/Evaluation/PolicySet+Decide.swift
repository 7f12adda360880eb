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
    public func consultedFacts(
        _ route: Route,
        _ prepared: PreparedPrincipal,
        now: Instant
    ) -> FactNeeds {
        let prepared = self.own(prepared)
        let session = Session(principal: prepared.principal, directory: .unknown, now: now)
        return self.program.consultedFacts(route, prepared, session)
    }

    /// Decides; total, and without allocation where the answer is a plain allow.
    public func decide(
        _ route: Route,
        _ prepared: PreparedPrincipal,
        directory: DirectoryAnswer,
        now: Instant
    ) -> Decision {
        let prepared = self.own(prepared)
        let session = Session(principal: prepared.principal, directory: directory, now: now)
        let survey = self.program.survey(route, prepared, session)
        let subjectClass = prepared.principal.subjectClass
        if survey.unsettled.isEmpty,
            route.pageRemedy != nil || route.admitted.contains(subjectClass)
        {
            return .allowed(needs: survey.needs, unknown: session.unanswered(survey.needs))
        }
        return self.program.decision(survey, route, session)
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
        var isNamed = false
        for terminals in [route.terminals, route.possible] {
            self.program.routes.forEachPolicy(terminals, route.verbs) { number in
                let policy = self.program.compiled[number]
                isNamed =
                    isNamed
                    || (policy.isEnforced(at: now) && policy.subject.classes.contains(subjectClass))
            }
        }
        return isNamed
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
    fileprivate func decision(
        _ survey: Survey,
        _ route: Route,
        _ session: Session
    ) -> Decision {
        // A policy may stand on a route more than once; where it surely does, that counts.
        var scopes: [Int: Truth] = [:]
        for (number, scope) in survey.unsettled {
            scopes[number] = scope || (scopes[number] ?? .no)
        }
        let policies = scopes.lazy.map { (policy: self.policies[$0.key], scope: $0.value) }
        return Decision(policies, route.standing, session, alsoConsulted: survey.needs)
    }

    fileprivate func consultedFacts(
        _ route: Route,
        _ prepared: PreparedPrincipal,
        _ session: Session
    ) -> FactNeeds {
        let survey = self.survey(route, prepared, session)
        var needs = survey.needs
        for (number, _) in survey.unsettled where needs != [.created, .factors] {
            guard self.compiled[number].isEnforced(at: session.now) else { continue }
            let consulted =
                self.factsConfirming(number, prepared, session)
                ?? self.policies[number].factsConsulted(of: session.principal, now: session.now)
            needs.formUnion(consulted)
        }
        return needs
    }
}

extension Route {
    fileprivate var standing: RouteStanding {
        var admitted: [SubjectClass: Truth] = [:]
        for subjectClass in SubjectClass.allCases {
            admitted[subjectClass] =
                Truth(self.admitted.contains(subjectClass))
                || (self.possiblyAdmitted.contains(subjectClass) ? .unknown : .no)
        }
        return RouteStanding(admitted: admitted, pageRemedy: self.pageRemedy)
    }
}
