internal import HTTPMessage
internal import NIOCore
internal import PolicyDSL

/// Judges the requests of one event loop: credential, caller, facts, policies, answer.
///
/// Everything it needs for a token it knows and facts that are cached is in its own memory: no
/// lock, no hop, no waiting.
final class Enforcer: Judge {
    private let source: RulesSource
    private let eventLoop: any EventLoop
    private let records: ExchangeRecords
    private var desk: Desk

    /// What was built from one set of rules, and is thrown away with it.
    private struct Desk {
        let generation: UInt64
        let rules: EnforcementRules
        let credentials: CredentialDesk
        let directory: DirectoryDesk

        init(_ current: RulesSource.Current, eventLoop: any EventLoop) {
            self.generation = current.generation
            self.rules = current.rules
            self.credentials = CredentialDesk(rules: current.rules)
            self.directory = DirectoryDesk(current.rules.directory, eventLoop: eventLoop)
        }
    }

    init(_ source: RulesSource, records: ExchangeRecords, eventLoop: any EventLoop) {
        self.source = source
        self.eventLoop = eventLoop
        self.records = records
        self.desk = Desk(source.current, eventLoop: eventLoop)
    }

    private func renewDesk() {
        if self.source.generation != self.desk.generation {
            self.desk = Desk(self.source.current, eventLoop: self.eventLoop)
        }
    }

    func leniency(for head: borrowing RequestHead) -> Leniency {
        self.renewDesk()
        return self.desk.rules.routes.leniency(for: head)
    }

    func judge(
        _ head: borrowing RequestHead,
        from connection: borrowing ConnectionInfo
    ) -> Ruling {
        self.renewDesk()
        if head.isReservedPath, let responder = self.responder(to: head, from: connection) {
            return .respond(responder)
        }
        return self.ruling(on: head)
    }

    private func ruling(on head: borrowing RequestHead) -> Ruling {
        self.renewDesk()
        let now = Instant.now
        let rules = self.desk.rules
        if let served = rules.servedHosts, !served.contains(head.text(head.host)) {
            let denial = Denial.badRequest("host-not-served", status: 421)
            return .refuse(self.refuse(denial, head, subject: .unread, now: now))
        }
        if head.isPreflight, let origin = head.first(.origin), rules.trusts(origin: head[origin]) {
            return self.passPreflight(head, now: now)
        }
        let credential = self.desk.credentials.credential(of: head, now: now, asksAgain: true)
        guard case .keyMissed(let issuer) = credential else {
            return self.decide(credential, head, now: now)
        }
        return self.judgeAgain(head, whenKeysOf: issuer)
    }

    // The issuer is asked for its keys once, however many requests wait for the answer.
    private func judgeAgain(_ head: borrowing RequestHead, whenKeysOf issuer: Int) -> Ruling {
        let kept = copy head
        let enforcer = NIOLoopBound(self, eventLoop: self.eventLoop)
        let fetched = self.desk.rules.keys.missedKey(at: issuer, on: self.eventLoop)
        return .later(
            fetched.flatMap {
                let enforcer = enforcer.value
                let now = Instant.now
                let credential = enforcer.desk.credentials.credential(
                    of: kept,
                    now: now,
                    asksAgain: false
                )
                return enforcer.settled(enforcer.decide(credential, kept, now: now))
            }
        )
    }

    private func settled(_ ruling: Ruling) -> EventLoopFuture<SettledRuling> {
        switch ruling {
        case .forward(let permit): self.eventLoop.makeSucceededFuture(.forward(permit))
        case .refuse(let refusal): self.eventLoop.makeSucceededFuture(.refuse(refusal))
        case .respond(let responder): self.eventLoop.makeSucceededFuture(.respond(responder))
        case .later(let future): future
        }
    }
}

@available(*, unavailable)
extension Enforcer: Sendable {}

// From a credential to a ruling.
extension Enforcer {
    private func decide(
        _ credential: Credential,
        _ head: borrowing RequestHead,
        now: Instant
    ) -> Ruling {
        let policies = self.desk.rules.policies
        let route = policies.route(
            method: head[head.method].span,
            path: head[head.path].span,
            host: head[head.host].span,
            isUpgrade: head.traits.contains(.webSocketUpgrade)
        )
        switch credential {
        case .refused(let denial):
            return .refuse(self.refuse(denial, head, subject: .refused(denial.reason), now: now))
        case .keyMissed:
            let denial = Denial.invalidToken("token-unknown-key")
            return .refuse(self.refuse(denial, head, subject: .refused(denial.reason), now: now))
        case .visitor(let withheld, let code):
            let visitor = VisitorCase(withheld: withheld, refusedCode: code)
            return self.decideVisitor(visitor, route, head, now: now)
        case .expiredCookie(let issuer, let withheld):
            return self.decideExpired(issuer, withheld: withheld, route, head, now: now)
        case .session(let session, let source, let withheld):
            if source == .cookie, self.isForbiddenCrossSite(head, issuer: session.issuer) {
                let denial = Denial(.deny, .crossSite)
                return .refuse(self.refuse(denial, head, subject: .session(session), now: now))
            }
            return self.decide(session, withheld: withheld, route, head, now: now)
        }
    }

    private func isForbiddenCrossSite(
        _ head: borrowing RequestHead,
        issuer: IssuerRules
    ) -> Bool {
        issuer.configuration.crossSite == .refuse
            && CrossSiteRule.forbids(head, rules: self.desk.rules)
    }

    private func decide(
        _ session: Session,
        withheld: [String],
        _ route: Route,
        _ head: borrowing RequestHead,
        now: Instant
    ) -> Ruling {
        let policies = self.desk.rules.policies
        let needs = policies.consultedFacts(route, session.prepared, now: now)
        guard !needs.isEmpty, let question = session.question else {
            return self.rule(session, withheld, route, .unknown, head, now: now)
        }
        switch self.desk.directory.ask(question, at: now) {
        case .settled(let reply):
            return self.rule(session, withheld, route, reply, head, now: now)
        case .pending(let future):
            let kept = copy head
            let bound = NIOLoopBound((enforcer: self, session: session), eventLoop: self.eventLoop)
            let generation = self.desk.generation
            return .later(
                future.flatMap { reply in
                    let (enforcer, session) = bound.value
                    // A route means nothing to another policy set: after a reload the request is
                    // judged anew.
                    guard enforcer.desk.generation == generation else {
                        return enforcer.settled(enforcer.ruling(on: kept))
                    }
                    let ruling = enforcer.rule(session, withheld, route, reply, kept, now: .now)
                    return enforcer.settled(ruling)
                }
            )
        }
    }

    private func rule(
        _ session: Session,
        _ withheld: [String],
        _ route: Route,
        _ reply: DirectoryReply,
        _ head: borrowing RequestHead,
        now: Instant
    ) -> Ruling {
        let policies = self.desk.rules.policies
        let decision = policies.decide(
            route,
            session.prepared,
            directory: reply.answer,
            now: now
        )
        let subject = RecordedSubject.known(session, reply)
        if let denial = Denial(decision, of: policies) {
            return .refuse(
                self.refuse(denial, head, subject: subject, decision: decision, now: now)
            )
        }
        let opened = self.records.open(
            copy head,
            subject: subject,
            decision: decision,
            rules: self.desk.rules,
            now: now
        )
        var permit = Permit(
            ticket: opened.ticket,
            decision: opened.decision,
            identity: session.identity
        )
        if !withheld.isEmpty { permit.withheldCookies = withheld.map { Array($0.utf8) } }
        permit.expiry = session.expiry
        return .forward(permit)
    }

    /// A caller without a session: what else has to happen to the request.
    private struct VisitorCase {
        var withheld: [String]
        var refusedCode: String?
    }

    private func decideVisitor(
        _ visitor: VisitorCase,
        _ route: Route,
        _ head: borrowing RequestHead,
        now: Instant
    ) -> Ruling {
        let policies = self.desk.rules.policies
        let decision = policies.decide(
            route,
            policies.prepare(.visitor),
            directory: .unknown,
            now: now
        )
        let subject = visitor.refusedCode.map(RecordedSubject.refused) ?? .absent
        if var denial = Denial(decision, of: policies) {
            if let code = visitor.refusedCode, denial.outcome == .unauthenticated {
                denial.bearerError = .invalidToken
                denial.reason = code
            }
            return .refuse(
                self.refuse(denial, head, subject: subject, decision: decision, now: now)
            )
        }
        return .forward(
            self.permitVisitor(
                head,
                subject: subject,
                decision: decision,
                withheld: visitor.withheld,
                now: now
            )
        )
    }

    private func permitVisitor(
        _ head: borrowing RequestHead,
        subject: RecordedSubject,
        decision: Decision?,
        withheld: [String],
        now: Instant
    ) -> Permit {
        let opened = self.records.open(
            copy head,
            subject: subject,
            decision: decision,
            rules: self.desk.rules,
            now: now
        )
        var permit = Permit(
            ticket: opened.ticket,
            decision: opened.decision,
            identity: IdentityBlock.visitor
        )
        permit.withheldCookies = withheld.map { Array($0.utf8) }
        return permit
    }

    /// A preflight of a page that is trusted asks what it may send; browsers send it without
    /// credentials, and it passes without any.
    private func passPreflight(_ head: borrowing RequestHead, now: Instant) -> Ruling {
        var permit = self.permitVisitor(
            head,
            subject: .absent,
            decision: nil,
            withheld: self.desk.credentials.sessionCookieNames(in: head),
            now: now
        )
        permit.withholdsAuthorization = true
        permit.withholdsBody = true
        return .forward(permit)
    }

    /// An expired session may reach the application, which renews it, but only where no policy
    /// could have named its user: what is renewed in place is served unjudged.
    private func decideExpired(
        _ issuer: IssuerRules,
        withheld: [String],
        _ route: Route,
        _ head: borrowing RequestHead,
        now: Instant
    ) -> Ruling {
        let policies = self.desk.rules.policies
        let namesUsers = policies.canName(.user, on: route, at: now)
        guard namesUsers else {
            guard !self.isForbiddenCrossSite(head, issuer: issuer) else {
                let denial = Denial(.deny, .crossSite)
                return .refuse(
                    self.refuse(denial, head, subject: .refused("token-expired"), now: now)
                )
            }
            let visitor = VisitorCase(withheld: withheld, refusedCode: "token-expired")
            return self.decideVisitor(visitor, route, head, now: now)
        }
        let cookies = self.desk.credentials.sessionCookieNames(in: head)
        // The pages of a remedy stay open to whoever needs them.
        if let remedy = route.pageRemedy, remedy >= .unauthenticated {
            let visitor = VisitorCase(withheld: cookies, refusedCode: "token-expired")
            return self.decideVisitor(visitor, route, head, now: now)
        }
        let denial = Denial(
            outcome: .unauthenticated,
            reason: "token-expired",
            bearerError: .invalidToken
        )
        return .refuse(self.refuse(denial, head, subject: .refused("token-expired"), now: now))
    }
}

// Our own pages.
extension Enforcer {
    private func responder(
        to head: borrowing RequestHead,
        from connection: borrowing ConnectionInfo
    ) -> LocalResponder? {
        let rules = self.desk.rules
        guard let pages = rules.pages, let page = pages.page(at: head.text(head.path)),
            rules.servedHosts?.contains(head.text(head.host)) ?? true
        else { return nil }
        let client = ClientAddress(head, from: connection, trusting: pages.trustedProxies)
        let kept = copy head
        let eventLoop = self.eventLoop
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        return LocalResponder(maximumBody: BuiltinPages.maximumBody) { body in
            let input: PageInput
            do throws(PageInput.Defect) {
                input = try PageInput(kept, body: body, page: page, rules: rules)
            } catch {
                let denial = Denial(error)
                let refusal = bound.value.refuse(denial, kept, subject: .unread, now: .now)
                return eventLoop.makeSucceededFuture(refusal)
            }
            let request = BuiltinPages.Request(
                head: kept,
                input: input,
                client: client,
                rules: rules,
                eventLoop: eventLoop
            )
            return eventLoop.makeFutureWithTask { await pages.answer(request) }
                .map { bound.value.refusal(with: $0, to: kept, rules: rules) }
        }
    }

    private func refusal(
        with answer: PageAnswer,
        to head: RequestHead,
        rules: EnforcementRules
    ) -> Refusal {
        switch answer {
        case .refuse(let denial, let style):
            return self.refuse(denial, head, subject: .unread, style: style, now: .now)
        case .answer(let answer, let subject, let denial):
            let opened = self.records.open(
                head,
                subject: subject.map(RecordedSubject.named) ?? .unread,
                decision: nil,
                denial: denial,
                rules: rules,
                now: .now
            )
            return Refusal(
                ticket: opened.ticket,
                status: answer.status,
                fields: answer.fieldLines,
                body: answer.body
            )
        }
    }
}

// Answers.
extension Enforcer {
    private func refuse(
        _ denial: Denial,
        _ head: borrowing RequestHead,
        subject: RecordedSubject,
        decision: Decision? = nil,
        style: AnswerStyle? = nil,
        now: Instant
    ) -> Refusal {
        let rules = self.desk.rules
        let traits = ClientTraits(head)
        let style = style ?? rules.routes.style(for: head) ?? rules.routes.defaultStyle
        let denial = rules.answers.settled(denial, traits: traits, style: style)
        let opened = self.records.open(
            copy head,
            subject: subject,
            decision: decision,
            denial: denial,
            rules: rules,
            now: now
        )
        let answer = rules.answers.answer(
            to: denial,
            traits: traits,
            style: style,
            decision: opened.decision.description,
            hint: subject.hint
        )
        return Refusal(
            ticket: opened.ticket,
            status: answer.status,
            fields: answer.fieldLines,
            body: answer.body
        )
    }

    func answer(
        to fault: ExchangeFault,
        under ticket: ExchangeTicket?,
        head: RequestHead?,
        from connection: borrowing ConnectionInfo
    ) -> Refusal {
        self.renewDesk()
        let rules = self.desk.rules
        let denial = Denial(fault)
        let opened =
            ticket.flatMap { self.records.reopen($0) }
            ?? self.records.open(
                head,
                subject: .unread,
                decision: nil,
                denial: denial,
                rules: rules,
                now: .now
            )
        let answer = rules.answers.answer(
            to: denial,
            traits: head.map { ClientTraits($0) } ?? ClientTraits(),
            style: .challenge,
            decision: opened.decision.description
        )
        return Refusal(
            ticket: opened.ticket,
            status: answer.status,
            fields: answer.fieldLines,
            body: answer.body
        )
    }

    func finished(_ ticket: ExchangeTicket, with record: ExchangeRecord) {
        self.records.close(ticket, with: record)
    }
}
