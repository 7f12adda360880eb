internal import PolicyDSL

/// Why a request is not forwarded: everything that an answer and a record say about it.
struct Denial: Equatable, Sendable {
    /// An error of RFC 6750, section 3.1.
    enum BearerError: String, Sendable {
        case invalidRequest = "invalid_request"
        case invalidToken = "invalid_token"
    }

    var outcome: Outcome
    /// The stable word.
    var reason: String
    /// The entry of the policy that decided; absent where no policy was asked.
    var entry: Entry?
    /// What the policy's author says to people about it.
    var because: String?
    /// How old the proof may be that the policy wants, in seconds.
    var maximumAge: Int64?
    var bearerError: BearerError?
    /// Whether the credential came in the `Authorization` header: a program sent it, and no page
    /// would help.
    var isOfHeader = false
    /// A status other than the outcome's own.
    var status: UInt16?
    /// When to ask again, in seconds, where `asksForPatience`.
    var retryAfter = 5
}

extension Denial {
    /// Whether the same request may fare better a little later.
    var asksForPatience: Bool { self.outcome == .unavailable || self.status == 429 }

    init(_ outcome: Outcome, _ reason: Reason) {
        self.init(outcome: outcome, reason: reason.rawValue)
    }

    /// A request that no policy could be asked about.
    static func badRequest(_ reason: String, status: UInt16 = 400) -> Denial {
        Denial(outcome: .deny, reason: reason, status: status)
    }

    /// A credential that came in the `Authorization` header and is no good.
    static func invalidToken(_ code: String) -> Denial {
        Denial(
            outcome: .unauthenticated,
            reason: code,
            bearerError: .invalidToken,
            isOfHeader: true
        )
    }
}
