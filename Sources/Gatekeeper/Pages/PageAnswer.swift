internal import MFAPages
internal import PolicyDSL

/// What a page request came to.
enum PageAnswer: Sendable {
    /// - `subject`: whom the record names; nil where no session was verified.
    /// - `denial`: why nobody was let in, for the record.
    case answer(Answer, subject: Caller?, denial: Denial?)
    /// The same answer as anywhere else; nil is the route's own style.
    case refuse(Denial, style: AnswerStyle?)

    /// The same with cookies, as the values of `Set-Cookie`.
    func setting(cookies: [String]) -> PageAnswer {
        guard case .answer(var answer, let subject, let denial) = self else { return self }
        for cookie in cookies { answer.add("Set-Cookie", cookie) }
        return .answer(answer, subject: subject, denial: denial)
    }
}

extension BuiltinPages {
    /// A page, and everything a browser has to be told about it.
    func answer(_ document: [UInt8], status: Int, language: Language) -> Answer {
        var answer = Answer(status: UInt16(clamping: status))
        answer.add("Content-Type", "text/html; charset=utf-8")
        answer.add("Content-Language", language.rawValue)
        answer.add("Content-Security-Policy", self.contentSecurityPolicy)
        self.addSafety(to: &answer)
        answer.body = document
        return answer
    }

    /// Another address: read, whatever was sent here (RFC 9110 section 15.4.4).
    func redirect(to location: String) -> Answer {
        var answer = Answer(status: 303)
        answer.add("Location", location)
        self.addSafety(to: &answer)
        return answer
    }

    private func addSafety(to answer: inout Answer) {
        answer.add("Cache-Control", "no-store")
        answer.add("Referrer-Policy", "no-referrer")
        answer.add("X-Content-Type-Options", "nosniff")
        answer.add("X-Frame-Options", "DENY")
        answer.add("Cross-Origin-Opener-Policy", "same-origin")
        answer.add("Cross-Origin-Resource-Policy", "same-origin")
        answer.add("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        answer.add("Vary", "Accept-Language, Authorization, Cookie")
    }
}
