/// What happens to a request, from the easiest to bear to the hardest.
public enum Outcome: UInt8, CaseIterable, Hashable, Comparable, Sendable {
    case allow
    case enroll
    case stepUp
    case reauthenticate
    case unauthenticated
    case unavailable
    case deny

    /// Whether `left` is lower on the ladder.
    public static func < (left: Outcome, right: Outcome) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension Outcome {
    /// The word of the language.
    public var word: String {
        switch self {
        case .allow: "allow"
        case .enroll: "enroll"
        case .stepUp: "step-up"
        case .reauthenticate: "reauthenticate"
        case .unauthenticated: "unauthenticated"
        case .unavailable: "unavailable"
        case .deny: "deny"
        }
    }

    /// Finds the outcome that the language calls `word`.
    public init?(word: some StringProtocol) {
        guard let outcome = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = outcome
    }
}

/// Why a request was not simply allowed: the stable words of records and bodies.
///
/// A refused token has its own code instead. The declaration order breaks ties.
public enum Reason: String, CaseIterable, Hashable, Sendable {
    case denied
    case notAdmitted = "not-admitted"
    case userNotFound = "user-not-found"
    case sessionRevoked = "session-revoked"
    case userBanned = "user-banned"
    case sessionPending = "session-pending"
    case noCredential = "no-credential"
    case directoryUnavailable = "directory-unavailable"
    case hostUnknown = "host-unknown"
    case keysUnavailable = "keys-unavailable"
    case notUpgradable = "not-upgradable"
    case proofUnprovable = "proof-unprovable"
    case impossibleForUser = "impossible-for-user"
    case staleToken = "stale-token"
    case sessionTooOld = "session-too-old"
    case noFactor = "no-factor"
    case aalTooLow = "aal-too-low"
    case proofMethod = "proof-method"
    case proofTooOld = "proof-too-old"
    case crossSite = "cross-site"
    case redirectLoop = "redirect-loop"
    case badPath = "bad-path"
}

extension Reason {
    /// The reason that stands for a user whom the directory refuses.
    public init(_ refusal: RefusedUser) {
        switch refusal {
        case .userNotFound: self = .userNotFound
        case .sessionRevoked: self = .sessionRevoked
        case .userBanned: self = .userBanned
        }
    }
}

/// Whether an entry rests on what is known, or on what had to be assumed.
public enum Certainty: String, Hashable, Sendable {
    case definite
    case assumed
}

/// The means by which a remedy may be carried out.
public struct Means: Hashable, Sendable {
    /// Factor types, for a step-up or an enrolment.
    public var factors: FactorSet
    /// Sign-in methods, for a reauthentication.
    public var methods: MethodSet

    /// Makes the means; none where nothing is known.
    public init(factors: FactorSet = [], methods: MethodSet = []) {
        self.factors = factors
        self.methods = methods
    }

    /// The words of the decision record, factors before methods.
    public var words: [String] {
        self.factors.types.map(\.rawValue) + self.methods.methods.map(\.word)
    }
}

/// One demand that was not met, or the admission that was missing.
public struct Entry: Hashable, Sendable {
    /// The policy that asks; nil where admission was refused.
    public var policy: String?
    /// The demand in the words of the language; nil where admission was refused.
    public var demand: String?
    /// What would help, or that nothing would.
    public var remedy: Outcome
    /// Why.
    public var reason: Reason
    /// The means of the remedy.
    public var using: Means
    /// Whether an Unknown was counted against the request.
    public var certainty: Certainty
}

/// What the caller should be told although the request is allowed.
public enum Advice: Hashable, Sendable {
    /// The policy would ask for an enrolment; its grace ends at the instant.
    case enrollBy(Instant, policy: String)
}

/// The answer of a policy set to one request, with its evidence.
public struct Decision: Hashable, Sendable {
    /// What would be if monitors and policies that have not begun were enforced as well and
    /// every grace had ended.
    public struct Projection: Hashable, Sendable {
        /// The projected outcome.
        public var outcome: Outcome
        /// Every demand that would not be met.
        public var entries: [Entry]
    }

    /// What happens.
    public var outcome: Outcome
    /// Every demand that is not met, the hardest remedy first; empty on allow.
    public var enforced: [Entry]
    /// What would happen without monitors, start dates and graces.
    public var projected: Projection
    /// What to tell the caller.
    public var advice: [Advice]
    /// The directory facts that the decision used.
    public var needs: FactNeeds
    /// Those of them that the directory did not answer.
    public var unknown: FactNeeds
}

extension Decision {
    /// The decision that nothing stands against.
    package static func allowed(needs: FactNeeds, unknown: FactNeeds) -> Decision {
        Decision(
            outcome: .allow,
            enforced: [],
            projected: Projection(outcome: .allow, entries: []),
            advice: [],
            needs: needs,
            unknown: unknown
        )
    }

    /// Whether the session can be upgraded where it stands: the proxy redirects it.
    public var isUpgradable: Bool { self.outcome == .stepUp }

    /// What serves every entry of the outcome; where nothing does, what serves any of them.
    public var using: Means {
        .common(to: self.enforced.filter { $0.remedy == self.outcome }.map(\.using))
    }

    /// The entry that decided: the first of the hardest.
    public var determining: Entry? { self.enforced.first }
}
