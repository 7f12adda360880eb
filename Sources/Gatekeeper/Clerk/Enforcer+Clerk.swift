internal import HTTPMessage
internal import NIOCore
internal import PolicyDSL

// Browsers on their way to Clerk and back.
extension Enforcer {
    /// Takes the result of a handshake out of a request's query.
    ///
    /// The application would take a session from it that nobody judged. So the cookies are set
    /// here, and the browser asks again, for the same URL without the result.
    func handshakeReturn(_ head: borrowing RequestHead, now: Instant) -> Ruling? {
        guard let clerk = self.desk.rules.clerk, let query = head.query.map({ head.text($0) }),
            QueryPairs.contains(in: query, where: { HandshakeResult.isName($0) }),
            !self.passesHandshakes(clerk, on: self.route(of: head), now: now)
        else { return nil }
        guard head.methodKind == .get || head.methodKind == .head else {
            let denial = Denial.badRequest("handshake-result")
            return self.refuse(denial, head, subject: .unread, now: now)
        }
        // A production instance sends results in cookies: nobody can make a link of them.
        guard clerk.instance.isDevelopment, let result = HandshakeResult(query: query) else {
            return .refuse(self.sendHome(head, clerk, with: nil, now: now))
        }
        return self.take(result, head, clerk, now: now) { enforcer, head, cookies in
            enforcer.sendHome(head, clerk, with: cookies, now: now)
        }
    }

    /// Sends a browser whose session is out of date to Clerk, or takes what it brought from there.
    ///
    /// Nil where the request has to be judged as it is.
    func renewal(
        of state: ClerkHandshake.SessionState,
        _ head: borrowing RequestHead,
        subject: RecordedSubject,
        now: Instant
    ) -> Ruling? {
        guard let clerk = self.desk.rules.clerk, clerk.instance.expired == .handshake,
            ClerkHandshake.isDocument(head)
        else { return nil }
        let cookies = Cookie.all(in: head)
        let own = ClerkCookies(cookies, of: clerk.instance)
        let query = head.query.map { head.text($0) }
        guard let reason = clerk.reason(for: state, cookies: own, query: query),
            !ClientTraits(head).redirects.isHandshakeExhausted
        else { return nil }
        let departure = Departure(
            location: clerk.location(reason, for: head, cookies: own),
            denial: state.denial,
            subject: subject
        )
        guard let result = HandshakeResult(cookies: cookies) else {
            return .refuse(self.send(departure, head, now: now))
        }
        return self.take(result, head, clerk, now: now) { enforcer, head, cookies in
            // What leads to the token that was found wanting is a leftover.
            guard let cookies, cookies.sessionToken != own.sessionToken else {
                return enforcer.send(departure, head, now: now)
            }
            return enforcer.sendHome(head, clerk, with: cookies, now: now)
        }
    }

    /// Why an expired session is refused where it cannot be renewed either.
    func expiredDenial(_ head: borrowing RequestHead) -> Denial {
        let isLoop =
            self.desk.rules.clerk?.instance.expired == .handshake
            && ClerkHandshake.isDocument(head) && ClientTraits(head).redirects.isHandshakeExhausted
        return isLoop
            ? Denial(.deny, .redirectLoop)
            : Denial(
                outcome: .unauthenticated,
                reason: "token-expired",
                bearerError: .invalidToken
            )
    }

    /// The cookies of a request that hold the result of a handshake and must not pass.
    func handshakeCookies(
        _ head: borrowing RequestHead,
        on route: Route?,
        now: Instant
    ) -> [[UInt8]] {
        guard let clerk = self.desk.rules.clerk, head.names.contains(.cookie),
            !(route.map { self.passesHandshakes(clerk, on: $0, now: now) } ?? false)
        else { return [] }
        var names: [[UInt8]] = []
        for name in [HandshakeResult.tokenName, HandshakeResult.nonceName] {
            let name = Array(name.utf8)
            head.forEachCookie { if head[$0.name].elementsEqual(name) { names.append(name) } }
        }
        return names
    }

    // Where no policy could name the user, the application may renew the session by itself.
    private func passesHandshakes(_ clerk: ClerkHandshake, on route: Route, now: Instant) -> Bool {
        clerk.instance.expired == .forward
            && (!self.desk.rules.policies.canName(.user, on: route, at: now)
                || route.pageRemedy.map { $0 >= .unauthenticated } ?? false)
    }
}

extension Enforcer {
    /// A browser about to be sent to Clerk.
    private struct Departure {
        let location: String
        let denial: Denial
        let subject: RecordedSubject
    }

    /// Turns a result into cookies, which may take a question to the Backend API.
    private func take(
        _ result: HandshakeResult,
        _ head: borrowing RequestHead,
        _ clerk: ClerkHandshake,
        now: Instant,
        then answer: @escaping (Enforcer, borrowing RequestHead, HandshakeCookies?) -> Refusal
    ) -> Ruling {
        switch result {
        case .token(let token):
            let keys = self.desk.rules.keys.keys(at: clerk.issuer).snapshot.keys
            return .refuse(answer(self, head, HandshakeCookies(token: token, keys: keys)))
        case .nonce(let nonce):
            guard let exchange = clerk.exchange else { return .refuse(answer(self, head, nil)) }
            let kept = copy head
            let bound = NIOLoopBound((enforcer: self, answer: answer), eventLoop: self.eventLoop)
            return .later(
                exchange.cookies(for: nonce, on: self.eventLoop).map { cookies in
                    let (enforcer, answer) = bound.value
                    return .refuse(answer(enforcer, kept, cookies))
                }
            )
        }
    }

    private func send(
        _ departure: Departure,
        _ head: borrowing RequestHead,
        now: Instant
    ) -> Refusal {
        let isSecure = self.desk.rules.publicURL?.scheme == .https
        let count = ClientTraits(head).redirects.cookieCountingHandshake(isSecure: isSecure)
        return self.redirect(
            to: departure.location,
            cookies: [count],
            departure.denial,
            head,
            subject: departure.subject,
            now: now
        )
    }

    private func sendHome(
        _ head: borrowing RequestHead,
        _ clerk: ClerkHandshake,
        with cookies: HandshakeCookies?,
        now: Instant
    ) -> Refusal {
        self.redirect(
            to: clerk.home(of: head),
            cookies: cookies?.values ?? [],
            Denial(.unauthenticated, .sessionPending),
            head,
            subject: .unread,
            now: now
        )
    }

    // 307 as Clerk's libraries answer; only GET and HEAD come here, so that no body is repeated.
    private func redirect(
        to location: String,
        cookies: [String],
        _ denial: Denial,
        _ head: borrowing RequestHead,
        subject: RecordedSubject,
        now: Instant
    ) -> Refusal {
        let opened = self.records.open(
            RequestText(head),
            subject: subject,
            decision: nil,
            denial: denial,
            rules: self.desk.rules,
            now: now
        )
        var answer = Answer(status: 307)
        answer.add("Location", location)
        for cookie in cookies { answer.add("Set-Cookie", cookie) }
        answer.add("Cache-Control", "no-store")
        answer.add("Vary", "Authorization, Cookie, Accept, Origin, Sec-Fetch-Mode")
        answer.add("Referrer-Policy", "no-referrer")
        return Refusal(
            ticket: opened.ticket,
            status: answer.status,
            fields: answer.fieldLines,
            body: []
        )
    }
}

extension ClerkHandshake.SessionState {
    /// What records say of a request that was sent to Clerk.
    fileprivate var denial: Denial {
        switch self {
        case .none: Denial(.unauthenticated, .noCredential)
        case .refused(let code):
            Denial(outcome: .unauthenticated, reason: code, bearerError: .invalidToken)
        case .valid: Denial(.reauthenticate, .staleToken)
        }
    }
}
