/// Something the directory was asked: either nobody knows, or the answer is in.
public enum Fact<Value: Sendable & Hashable>: Hashable, Sendable {
    case unknown
    case known(Value)
}

/// The types of factor that the language names.
public enum FactorType: String, CaseIterable, Hashable, Sendable {
    case totp
    case phone
    case webauthn
}

/// A set of factor types.
public struct FactorSet: OptionSet, Hashable, Sendable {
    /// One bit per type, in the order of their declaration.
    public let rawValue: UInt8

    /// Makes the set from its bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Makes the set of one type.
    public init(_ type: FactorType) {
        switch type {
        case .totp: self.rawValue = 1
        case .phone: self.rawValue = 2
        case .webauthn: self.rawValue = 4
        }
    }

    /// The members in the order of their declaration.
    public var types: [FactorType] {
        FactorType.allCases.filter { self.contains(FactorSet($0)) }
    }
}

/// How many *verified* factors a user has, by type.
public struct FactorCounts: Hashable, Sendable {
    /// Authenticator apps.
    public var totp: Int
    /// Phones that receive a code.
    public var phone: Int
    /// Security keys and the like.
    public var webauthn: Int
    /// Factors of a type the language has no word for; they count only for "a verified factor".
    public var other: Int

    /// Makes the counts; a type that is not named has none.
    public init(totp: Int = 0, phone: Int = 0, webauthn: Int = 0, other: Int = 0) {
        self.totp = totp
        self.phone = phone
        self.webauthn = webauthn
        self.other = other
    }

    /// How many there are of `type`.
    public subscript(type: FactorType) -> Int {
        get {
            switch type {
            case .totp: self.totp
            case .phone: self.phone
            case .webauthn: self.webauthn
            }
        }
        set {
            switch type {
            case .totp: self.totp = newValue
            case .phone: self.phone = newValue
            case .webauthn: self.webauthn = newValue
            }
        }
    }

    /// Whether there is no verified factor of any type.
    public var isEmpty: Bool {
        self.totp <= 0 && self.phone <= 0 && self.webauthn <= 0 && self.other <= 0
    }

    /// How many there are of `type`; of nil, how many in all.
    package func count(of type: FactorType?) -> Int {
        if let type { return max(0, self[type]) }
        return [self.totp, self.phone, self.webauthn, self.other].reduce(0) { total, count in
            let (sum, overflow) = total.addingReportingOverflow(max(0, count))
            return overflow ? .max : sum
        }
    }

    /// The named types of which there is at least one.
    public var types: [FactorType] { self.typeSet.types }

    /// The named types of which there is at least one, as a set.
    package var typeSet: FactorSet {
        var types: FactorSet = []
        if self.totp > 0 { types.insert(FactorSet(.totp)) }
        if self.phone > 0 { types.insert(FactorSet(.phone)) }
        if self.webauthn > 0 { types.insert(FactorSet(.webauthn)) }
        return types
    }
}

extension FactorCounts: CustomStringConvertible {
    /// How many there are of each type, in words.
    public var description: String {
        let named = FactorType.allCases.filter { self[$0] > 0 }.map { "\(self[$0]) \($0.rawValue)" }
        let all = named + (self.other > 0 ? ["\(self.other) other"] : [])
        return all.isEmpty ? "none" : all.joined(separator: ", ")
    }
}

/// What the directory says about one user.
public struct UserFacts: Hashable, Sendable {
    /// When the account was made; `known(nil)` is an answer in which the time is missing.
    public var created: Fact<Instant?>
    /// The verified factors; a user object without any is known to have none.
    public var factors: Fact<FactorCounts>

    /// Makes the facts; what is not named is Unknown.
    public init(created: Fact<Instant?> = .unknown, factors: Fact<FactorCounts> = .unknown) {
        self.created = created
        self.factors = factors
    }
}

/// Why the directory will not vouch for a session at all.
public enum RefusedUser: String, CaseIterable, Hashable, Sendable {
    case userNotFound = "user-not-found"
    case sessionRevoked = "session-revoked"
    case userBanned = "user-banned"
}

/// The whole answer of the directory about one user: silence, a refusal, or facts.
public enum DirectoryAnswer: Hashable, Sendable {
    case unknown
    case refused(RefusedUser)
    case known(UserFacts)
}

extension DirectoryAnswer {
    /// The facts this answer brings; silence and refusals bring none.
    package var facts: UserFacts {
        switch self {
        case .unknown, .refused: UserFacts()
        case .known(let facts): facts
        }
    }
}

/// The directory facts that a decision looks at.
public struct FactNeeds: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// Makes the set from its bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// When the account was made.
    public static let created = FactNeeds(rawValue: 1)
    /// The verified factors.
    public static let factors = FactNeeds(rawValue: 2)
    /// Every fact there is.
    package static var all: FactNeeds { [.created, .factors] }

    /// The words of the decision record, in its order.
    public var words: [String] {
        (self.contains(.created) ? ["created"] : []) + (self.contains(.factors) ? ["factors"] : [])
    }
}
