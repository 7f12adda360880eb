/// Who asks, by class: exactly one holds.
public enum SubjectClass: UInt8, CaseIterable, Hashable, Sendable {
    case visitor
    case guest
    case user
    case service
}

extension SubjectClass {
    /// The word in logs and identity headers.
    public var word: String {
        switch self {
        case .visitor: "visitor"
        case .guest: "guest"
        case .user: "user"
        case .service: "service"
        }
    }

    /// Whether the directory knows this kind of caller: visitors and services have no facts.
    package var hasDirectoryFacts: Bool {
        self == .user || self == .guest
    }
}

/// How strongly a session is authenticated (NIST SP 800-63B).
public enum AssuranceLevel: UInt8, CaseIterable, Hashable, Comparable, Sendable {
    case aal1 = 1
    case aal2 = 2

    /// Whether `left` is the weaker level.
    public static func < (left: AssuranceLevel, right: AssuranceLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// Whether a token proves a method, and when that was last proven.
public enum Proof: Hashable, Sendable {
    case notProven
    /// An unknown time fails every `within`.
    case proven(at: Instant?)
}

/// The methods that a token proves, each with its latest time.
public struct Proofs: Hashable, Sendable {
    /// The methods proven at any time, known or not.
    public private(set) var methods: MethodSet = []
    private var times: [Instant?] = []

    /// Makes an empty set of proofs.
    public init() {}

    /// Whether, and when, `method` was proven.
    public subscript(method: AuthenticationMethod) -> Proof {
        self.methods.contains(method) ? .proven(at: self.time(of: method)) : .notProven
    }

    /// Adds one entry of the token; the latest time of a method wins, whatever the order.
    public mutating func insert(_ method: AuthenticationMethod, at time: Instant?) {
        if self.times.isEmpty {
            self.times = Self.noTimes
        }
        self.methods.formUnion(MethodSet(method))
        guard let time else { return }
        let index = Int(method.rawValue)
        self.times[index] = max(self.times[index] ?? time, time)
    }

    private static let noTimes = [Instant?](
        repeating: nil,
        count: AuthenticationMethod.allCases.count
    )

    /// When `method` was last proven; nil where it was not, or nobody knows when.
    public func time(of method: AuthenticationMethod) -> Instant? {
        let index = Int(method.rawValue)
        return index < self.times.count ? self.times[index] : nil
    }
}

/// Who asks, as the token says: everything the policies may read of it.
public struct Principal: Hashable, Sendable {
    /// Visitor, guest, user or service.
    public var subjectClass: SubjectClass
    /// The level the token claims; a visitor has aal1.
    public var assurance: AssuranceLevel
    /// The methods the token proves.
    public var proofs: Proofs
    /// The latest first-factor proof, methods without a word included; never `iat`.
    public var signInAt: Instant?
    /// When the second level was last reached, where the issuer tells a time but no method.
    public var secondFactorAt: Instant?
    /// Whether the issuer tells the times of its levels (Clerk's `fva`, `auth_time`), so that a
    /// step of the user's would show without any entry of a method.
    public var knowsLevelTimes: Bool
    /// Whether the token has an entry of any method, known or not.
    public var hasMethodEntries: Bool
    /// Whether an entry of any method, known or not, has a time.
    public var hasTimedEntries: Bool
    /// False for services, OAuth-client tokens and machine tokens: no page can change them.
    public var canBeUpgraded: Bool
    /// The token's top-level `role`, if it is a string.
    public var role: String?
    /// The subject's id, if it is a string.
    public var id: String?
    /// The strings found at the paths of `PolicySet.claimPaths`.
    ///
    /// A claim is a string, or an array of strings; a path to anything else has no entry.
    public var claims: [ClaimPath: [String]]

    /// Makes a principal; what is not named is absent.
    public init(
        _ subjectClass: SubjectClass,
        assurance: AssuranceLevel = .aal1,
        proofs: Proofs = Proofs(),
        signInAt: Instant? = nil,
        secondFactorAt: Instant? = nil,
        knowsLevelTimes: Bool = false,
        hasMethodEntries: Bool = false,
        hasTimedEntries: Bool = false,
        canBeUpgraded: Bool = true,
        role: String? = nil,
        id: String? = nil,
        claims: [ClaimPath: [String]] = [:]
    ) {
        self.subjectClass = subjectClass
        self.assurance = assurance
        self.proofs = proofs
        self.signInAt = signInAt
        self.secondFactorAt = secondFactorAt
        self.knowsLevelTimes = knowsLevelTimes
        self.hasMethodEntries = hasMethodEntries
        self.hasTimedEntries = hasTimedEntries
        self.canBeUpgraded = canBeUpgraded
        self.role = role
        self.id = id
        self.claims = claims
    }
}

extension Principal {
    /// What a caller without a credential is.
    public static let visitor = Principal(.visitor)
}
