/// One decision, part by part: what matched, which policy decided, and what would help.
public struct Explanation: Hashable, Sendable {
    /// How a part stands to the request.
    public enum Match: String, Hashable, Sendable {
        case hit
        case miss
        /// Something that nobody knows decides.
        case may
    }

    /// A clause of a policy, or a piece of one that can match by itself.
    public struct Part: Hashable, Sendable {
        /// The part in the words of the language.
        public var text: String
        /// Whether it matches; of a `require`, whether the demand is met.
        public var match: Match
        /// What is asked for instead, and why; only where a demand is not met.
        public var remedy: Outcome?
        /// See `remedy`.
        public var reason: Reason?
    }

    /// One policy, held against the request.
    public struct PolicyPart: Hashable, Sendable {
        /// The policy's name.
        public var name: String
        /// Its parts, in the order in which the language lists clauses.
        public var parts: [Part]
        /// Whether it applies, all parts but the demands taken together.
        public var applies: Match
        /// Whether it counts, or is a monitor or still to begin.
        public var isEnforced: Bool
        /// Whether its remedy is the outcome.
        public var decides: Bool
        /// The author's words for whoever is refused.
        public var because: String?
    }

    /// Something that was looked at.
    public struct FactUsed: Hashable, Sendable {
        /// Its name: a word of the language.
        public var name: String
        /// Its value in words, `unknown` among them.
        public var value: String
    }

    /// What the set decides.
    public var decision: Decision
    /// Whether some `admit` lets the caller in on this route.
    public var admission: Match
    /// The page whose remedy the route serves, if any; it is let through for it.
    public var pageRemedy: Outcome?
    /// Every policy, in the order of their names.
    public var policies: [PolicyPart]
    /// What the token and the directory say, as far as it was looked at.
    public var facts: [FactUsed]
    /// The fewest steps after which the request would be allowed; nil where none of the caller's
    /// would do, empty where it is allowed already.
    public var steps: [Step]?
}

/// Something a caller can do about a refusal.
public enum Step: Hashable, Sendable {
    /// A new session, begun with the method; nil where the token tells of none.
    case signIn(AuthenticationMethod?)
    case stepUp(AuthenticationMethod)
    /// Sets up a factor, which proves its method as well.
    case enroll(AuthenticationMethod)
}

extension Step: CustomStringConvertible {
    /// The step as one would tell the caller.
    public var description: String {
        switch self {
        case .signIn(nil): "sign in again"
        case .signIn(let method?): "sign in with \(method.word)"
        case .stepUp(let method): "step up with \(method.word)"
        case .enroll(let method): "enroll \(method.word)"
        }
    }
}

extension Explanation.Match {
    init(_ truth: Truth) {
        switch truth {
        case .no: self = .miss
        case .unknown: self = .may
        case .yes: self = .hit
        }
    }
}
