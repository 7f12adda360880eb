internal import HTTPMessage
internal import NIOCore
internal import PolicyDSL
internal import TokenVerify

/// Judges the requests of one event loop: credential, caller, facts, policies, answer.
///
/// Everything it needs for a token it knows and facts that are cached is in its own memory: no
/// lock, no hop, no waiting.
final class Enforcer: Judge {
    private let source: RulesSource
    let eventLoop: any EventLoop
    let records: ExchangeRecords
    private(set) var desk: EnforcementDesk

    init(_ source: RulesSource, records: ExchangeRecords, eventLoop: any EventLoop) {
        self.source = source
        self.eventLoop = eventLoop
        self.records = records
        self.desk = EnforcementDesk(
            source.current,
            metrics: records.metrics,
            eventLoop: eventLoop
        )
    }

    func renewDesk() {
        if self.source.generation != self.desk.generation {
            self.desk = EnforcementDesk(
                self.source.current,
                metrics: self.records.metrics,
                eventLoop: self.eventLoop
            )
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

    func finished(_ ticket: ExchangeTicket, with record: ExchangeRecord) {
        self.records.close(ticket, with: record)
    }

    func drained() {
        self.records.flush()
    }

    private func ruling(on head: borrowing RequestHead) -> Ruling {
        self.renewDesk()
        let now = Instant.now
        let rules = self.desk.rules
        if let served = rules.servedHosts, !served.contains(head.text(head.host)) {
            let denial = Denial.badRequest("host-not-served", status: 421)
            return self.refuse(denial, head, subject: .unread, now: now)
        }
        if head.isPreflight, let origin = head.first(.origin), rules.trusts(origin: head[origin]) {
            return self.passPreflight(head, now: now)
        }
        if let ruling = self.handshakeReturn(head, now: now) { return ruling }
        let credential = self.desk.credentials.credential(of: head, now: now, asksAgain: true)
        guard case .keyMissed(let key) = credential else {
            return self.decide(credential, head, now: now)
        }
        return self.judgeAgain(head, whenAskedFor: key)
    }

    // The issuer is asked for its keys once, however many requests wait for the answer.
    private func judgeAgain(_ head: borrowing RequestHead, whenAskedFor key: MissedKey) -> Ruling {
        let kept = copy head
        let enforcer = NIOLoopBound(self, eventLoop: self.eventLoop)
        let fetched = self.desk.rules.keys.missedKey(key, on: self.eventLoop)
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
        switch credential {
        case .refused(let denial):
            return self.refuse(denial, head, subject: .refused(denial.reason), now: now)
        case .keyMissed:
            let denial = Denial.invalidToken("token-unknown-key")
            return self.refuse(denial, head, subject: .refused(denial.reason), now: now)
        case .visitor(let withheld, let code):
            let visitor = VisitorCase(withheld: withheld, refusedCode: code)
            return self.decideVisitor(visitor, self.route(of: head), head, now: now)
        case .expiredCookie(let issuer, let withheld):
            return self.decideExpired(issuer, withheld: withheld, head, now: now)
        case .session(let session, let source, let withheld):
            if source == .cookie, session.issuer.index == self.desk.rules.clerk?.issuer,
                let ruling = self.renewal(
                    of: .valid(issuedAt: session.issuedAt),
                    head,
                    subject: .session(session),
                    now: now
                )
            {
                return ruling
            }
            if source == .cookie, self.isForbiddenCrossSite(head, issuer: session.issuer) {
                let denial = Denial(.deny, .crossSite)
                return self.refuse(denial, head, subject: .session(session), now: now)
            }
            return self.decide(session, withheld: withheld, head, now: now)
        }
    }

    func route(of head: borrowing RequestHead) -> Route {
        let bytes = head.bytes.span
        return self.desk.rules.policies.route(
            method: bytes.extracting(head.method.indices),
            path: bytes.extracting(head.path.indices),
            host: bytes.extracting(head.host.indices),
            isUpgrade: head.traits.contains(.webSocketUpgrade)
        )
    }

    func isForbiddenCrossSite(_ head: borrowing RequestHead, issuer: IssuerRules) -> Bool {
        issuer.configuration.crossSite == .refuse
            && CrossSiteRule.forbids(head, rules: self.desk.rules)
    }

    private func decide(
        _ session: Session,
        withheld: [String],
        _ head: borrowing RequestHead,
        now: Instant
    ) -> Ruling {
        let route = self.route(of: head)
        let needs = self.desk.rules.policies.consultedFacts(
            route,
            session.prepared,
            now: now,
            remembering: &session.memo
        )
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
            now: now,
            remembering: &session.memo
        )
        let subject = RecordedSubject.known(session, reply)
        if let denial = Denial(decision, of: policies) {
            return self.refuse(denial, head, subject: subject, decision: decision, now: now)
        }
        var permit = self.permit(
            head,
            identity: session.identity,
            subject: subject,
            decision: decision,
            now: now
        )
        permit.withhold(cookies: withheld)
        permit.withheldCookies += self.handshakeCookies(head, on: route, now: now)
        permit.expiry = session.expiry
        return .forward(permit)
    }

    /// Lets the request pass, and begins its record.
    func permit(
        _ head: borrowing RequestHead,
        identity: [UInt8],
        subject: RecordedSubject,
        decision: Decision?,
        now: Instant
    ) -> Permit {
        let opened = self.records.open(
            RequestText(head),
            subject: subject,
            decision: decision,
            rules: self.desk.rules,
            now: now
        )
        return Permit(ticket: opened.ticket, decision: opened.decision, identity: identity)
    }
}

extension Permit {
    mutating func withhold(cookies names: [String]) {
        guard !names.isEmpty else { return }
        self.withheldCookies = names.map { Array($0.utf8) }
    }
}
