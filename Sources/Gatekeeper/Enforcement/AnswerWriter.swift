internal import HTTPMessage
internal import PolicyDSL

/// Turns a denial into the one answer that this client can use.
///
/// Pure: the same denial, traits and settings give the same bytes.
final class AnswerWriter: Sendable {
    let pages: PageURLs
    let publicURL: WebOrigin?
    let allowedOrigins: [WebOrigin]

    init(pages: PageURLs, publicURL: WebOrigin?, allowedOrigins: [WebOrigin]) {
        self.pages = pages
        self.publicURL = publicURL
        self.allowedOrigins = allowedOrigins
    }

    /// The answer that was planned.
    ///
    /// - `decision`: the identity of the decision, for the body.
    /// - `hint`: further members for a JSON body, such as Clerk's.
    func answer(
        to plan: AnswerPlan,
        decision: DecisionID,
        hint: ProblemBody.Hint = .none
    ) -> Answer {
        switch plan.form {
        case .gRPC: Self.gRPC(plan.denial)
        case .redirect(let location): self.redirect(to: location, plan)
        case .document: self.document(plan, decision: decision, hint: hint)
        }
    }

    private func redirect(to location: String, _ plan: AnswerPlan) -> Answer {
        let traits = plan.traits
        // RFC 9110 section 15.4: 303 makes the browser read the page, whatever it had sent.
        var answer = Answer(status: traits.isRead ? 302 : 303)
        answer.add("Location", location)
        if traits.isNavigation {
            let isSecure = self.publicURL?.scheme == .https
            let cookie = traits.redirects.cookie(counting: plan.denial.outcome, isSecure: isSecure)
            answer.add("Set-Cookie", cookie)
        }
        self.addPrivacy(to: &answer, traits: traits)
        return answer
    }

    private func document(
        _ plan: AnswerPlan,
        decision: DecisionID,
        hint: ProblemBody.Hint
    ) -> Answer {
        let denial = plan.denial
        let traits = plan.traits
        var answer = Answer(status: denial.status ?? Self.status(of: denial.outcome))
        if answer.status == 401 || denial.bearerError == .invalidRequest {
            answer.add("WWW-Authenticate", Challenge.value(for: denial))
        }
        if denial.asksForPatience { answer.add("Retry-After", "\(denial.retryAfter)") }
        if answer.status == 405 {
            answer.add("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
        }
        self.addPrivacy(to: &answer, traits: traits)
        let problem = ProblemBody(
            status: answer.status,
            denial: denial,
            decision: decision.description,
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
        answer.add(
            lines: """
                Cache-Control: no-store\r
                Vary: Authorization, Cookie, Accept, Origin, Sec-Fetch-Mode\r

                """
        )
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
            case .deny:
                switch denial.status {
                case nil: 7
                case 429: 8
                default: 3
                }
            case .allow, .enroll, .stepUp, .reauthenticate, .unauthenticated: 16
            }
        var answer = Answer(status: 200)
        answer.add("Content-Type", "application/grpc")
        answer.add("grpc-status", "\(code)")
        answer.add("grpc-message", PercentEncoding.encode(denial.reason))
        // gRFC A6: a client that retries waits for as long as the server says.
        if denial.asksForPatience {
            answer.add("grpc-retry-pushback-ms", "\(denial.retryAfter * 1_000)")
        }
        answer.add("Cache-Control", "no-store")
        return answer
    }
}
