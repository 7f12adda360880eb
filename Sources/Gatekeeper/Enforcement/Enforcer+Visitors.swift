internal import HTTPMessage
internal import PolicyDSL

/// A caller without a session: what else has to happen to the request.
struct VisitorCase {
    var withheld: [String]
    var refusedCode: String?
}

// Callers without a session.
extension Enforcer {
    func decideVisitor(
        _ visitor: VisitorCase,
        _ route: Route,
        _ head: borrowing RequestHead,
        now: Instant
    ) -> Ruling {
        let policies = self.desk.rules.policies
        let decision = policies.decide(route, self.desk.visitor, directory: .unknown, now: now)
        let subject = visitor.refusedCode.map(RecordedSubject.refused) ?? .absent
        if var denial = Denial(decision, of: policies) {
            if let code = visitor.refusedCode, denial.outcome == .unauthenticated {
                denial.bearerError = .invalidToken
                denial.reason = code
            }
            return self.refuse(denial, head, subject: subject, decision: decision, now: now)
        }
        var permit = self.permit(
            head,
            identity: IdentityBlock.visitor,
            subject: subject,
            decision: decision,
            now: now
        )
        permit.withhold(cookies: visitor.withheld)
        return .forward(permit)
    }

    /// A preflight of a page that is trusted asks what it may send; browsers send it without
    /// credentials, and it passes without any.
    func passPreflight(_ head: borrowing RequestHead, now: Instant) -> Ruling {
        var permit = self.permit(
            head,
            identity: IdentityBlock.visitor,
            subject: .absent,
            decision: nil,
            now: now
        )
        permit.withhold(cookies: self.desk.credentials.sessionCookieNames(in: head))
        permit.withholdsAuthorization = true
        permit.withholdsBody = true
        return .forward(permit)
    }

    /// An expired session may reach the application, which renews it, but only where no policy
    /// could have named its user: what is renewed in place is served unjudged.
    func decideExpired(
        _ issuer: IssuerRules,
        withheld: [String],
        _ head: borrowing RequestHead,
        now: Instant
    ) -> Ruling {
        let code = "token-expired"
        let route = self.route(of: head)
        let namesUsers = self.desk.rules.policies.canName(.user, on: route, at: now)
        guard namesUsers else {
            guard !self.isForbiddenCrossSite(head, issuer: issuer) else {
                let denial = Denial(.deny, .crossSite)
                return self.refuse(denial, head, subject: .refused(code), now: now)
            }
            let visitor = VisitorCase(withheld: withheld, refusedCode: code)
            return self.decideVisitor(visitor, route, head, now: now)
        }
        let cookies = self.desk.credentials.sessionCookieNames(in: head)
        // The pages of a remedy stay open to whoever needs them.
        if let remedy = route.pageRemedy, remedy >= .unauthenticated {
            let visitor = VisitorCase(withheld: cookies, refusedCode: code)
            return self.decideVisitor(visitor, route, head, now: now)
        }
        let denial = Denial(outcome: .unauthenticated, reason: code, bearerError: .invalidToken)
        return self.refuse(denial, head, subject: .refused(code), now: now)
    }
}
