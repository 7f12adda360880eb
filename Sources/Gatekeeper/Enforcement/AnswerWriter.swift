internal import HTTPMessage
internal import PolicyDSL

/// Turns a denial into the one answer that this client can use.
///
/// Pure: the same denial, traits and settings give the same bytes.
struct AnswerWriter: Sendable {
    let pages: PageURLs
    let publicURL: WebOrigin?
    let allowedOrigins: [WebOrigin]

    /// The denial that is answered in the place of `denial`: a browser that was redirected often
    /// enough to know that it leads nowhere is told so.
    func settled(_ denial: Denial, traits: ClientTraits, style: AnswerStyle) -> Denial {
        guard traits.isNavigation, traits.redirects.isExhausted(for: denial.outcome),
            self.redirect(for: denial, traits: traits, style: style) != nil
        else { return denial }
        return Denial(outcome: .deny, reason: Reason.redirectLoop.rawValue, entry: denial.entry)
    }

    /// The answer to a denial that `settled` returned.
    ///
    /// - `denial`: why the request is not forwarded.
    /// - `traits`: what the client can follow and read.
    /// - `style`: the route's way of telling sessions that they could do better.
    /// - `decision`: the identity of the decision, for the body.
    /// - `hint`: further members for a JSON body, such as Clerk's.
    func answer(
        to denial: Denial,
        traits: ClientTraits,
        style: AnswerStyle,
        decision: String,
        hint: ProblemBody.Hint = .none
    ) -> Answer {
        if traits.isGRPC { return Self.gRPC(denial) }
        if let location = self.redirect(for: denial, traits: traits, style: style) {
            return self.redirect(to: location, denial: denial, traits: traits)
        }
        return self.refusal(denial, traits: traits, decision: decision, hint: hint)
    }

    private func redirect(
        for denial: Denial,
        traits: ClientTraits,
        style: AnswerStyle
    ) -> String? {
        guard !traits.isUpgrade, !denial.isOfHeader else { return nil }
        let isWanted =
            switch (denial.outcome, style) {
            case (.allow, _), (.unavailable, _), (.deny, _), (_, .challenge): false
            case (.unauthenticated, .redirect), (_, .negotiate): traits.isNavigation
            case (.enroll, .redirect), (.stepUp, .redirect), (.reauthenticate, .redirect): true
            }
        return isWanted ? self.pages.location(for: denial.outcome, traits: traits) : nil
    }

    private func redirect(to location: String, denial: Denial, traits: ClientTraits) -> Answer {
        // RFC 9110 section 15.4: 303 makes the browser read the page, whatever it had sent.
        var answer = Answer(status: traits.isRead ? 302 : 303)
        answer.add("Location", location)
        if traits.isNavigation {
            let isSecure = self.publicURL?.scheme == .https
            let cookie = traits.redirects.cookie(counting: denial.outcome, isSecure: isSecure)
            answer.add("Set-Cookie", cookie)
        }
        self.addPrivacy(to: &answer, traits: traits)
        return answer
    }

    private func refusal(
        _ denial: Denial,
        traits: ClientTraits,
        decision: String,
        hint: ProblemBody.Hint
    ) -> Answer {
        var answer = Answer(status: denial.status ?? Self.status(of: denial.outcome))
        if answer.status == 401 || denial.bearerError == .invalidRequest {
            answer.add("WWW-Authenticate", Challenge.value(for: denial))
        }
        if denial.outcome == .unavailable { answer.add("Retry-After", "\(denial.retryAfter)") }
        if answer.status == 405 {
            answer.add("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
        }
        self.addPrivacy(to: &answer, traits: traits)
        let problem = ProblemBody(
            status: answer.status,
            denial: denial,
            decision: decision,
            stepUpURI: self.pages.location(for: denial.outcome, traits: traits),
            hint: hint
        )
        if traits.prefersHTML {
            answer.add("Content-Type", "text/html; charset=utf-8")
            answer.add("Content-Security-Policy", RefusalPage.contentSecurityPolicy)
            answer.add("X-Content-Type-Options", "nosniff")
            answer.body = RefusalPage.html(for: problem)
        } else {
            answer.add("Content-Type", "application/problem+json")
            answer.body = problem.json
        }
        return answer
    }

    // Answers differ by who asks; no cache may hand one to somebody else.
    private func addPrivacy(to answer: inout Answer, traits: ClientTraits) {
        answer.add("Cache-Control", "no-store")
        answer.add("Vary", "Authorization, Cookie, Accept, Origin, Sec-Fetch-Mode")
        guard let origin = traits.origin.flatMap(WebOrigin.init),
            self.allowedOrigins.contains(origin)
        else { return }
        answer.add("Access-Control-Allow-Origin", origin.description)
        answer.add("Access-Control-Allow-Credentials", "true")
        answer.add("Access-Control-Expose-Headers", "WWW-Authenticate, Retry-After")
    }

    /// The status of an outcome that is not a redirect.
    static func status(of outcome: Outcome) -> UInt16 {
        switch outcome {
        case .allow: 200
        case .enroll, .stepUp, .reauthenticate, .unauthenticated: 401
        case .unavailable: 503
        case .deny: 403
        }
    }

    // gRPC over HTTP/2, "Trailers-Only": the status stands among the header fields.
    private static func gRPC(_ denial: Denial) -> Answer {
        let code =
            switch denial.outcome {
            case .unavailable: 14
            case .deny: denial.status == nil ? 7 : 3
            case .allow, .enroll, .stepUp, .reauthenticate, .unauthenticated: 16
            }
        var answer = Answer(status: 200)
        answer.add("Content-Type", "application/grpc")
        answer.add("grpc-status", "\(code)")
        answer.add("grpc-message", PercentEncoding.encode(denial.reason.utf8))
        answer.add("Cache-Control", "no-store")
        return answer
    }
}
