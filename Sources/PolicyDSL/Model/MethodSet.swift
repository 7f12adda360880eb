/// A set of authentication methods.
public struct MethodSet: OptionSet, Hashable, Sendable {
    /// One bit per method, at the position of its raw value.
    public let rawValue: UInt16

    /// Makes the set from its bits.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Makes the set of one method.
    public init(_ method: AuthenticationMethod) {
        self.rawValue = 1 << UInt16(method.rawValue)
    }

    /// Makes the set of `methods`.
    public init(_ methods: some Sequence<AuthenticationMethod>) {
        self.rawValue = methods.reduce(0) { $0 | Self($1).rawValue }
    }
}

extension MethodSet {
    /// `second-factor`: totp, sms, webauthn.
    public static let secondFactor = MethodSet([.totp, .sms, .webauthn])

    /// `phishing-resistant`: webauthn, passkey.
    public static let phishingResistant = MethodSet([.webauthn, .passkey])

    /// `first-factor`: every method that is no second factor, passkey included.
    public static let firstFactor = MethodSet(AuthenticationMethod.allCases)
        .subtracting(.secondFactor)

    /// Whether `method` is a member.
    public func contains(_ method: AuthenticationMethod) -> Bool {
        self.rawValue & 1 << UInt16(method.rawValue) != 0
    }

    /// The members in the order of their declaration.
    public var methods: [AuthenticationMethod] {
        AuthenticationMethod.allCases.filter { self.contains($0) }
    }
}
