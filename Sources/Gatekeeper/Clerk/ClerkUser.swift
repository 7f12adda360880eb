internal import JSON
internal import PolicyDSL

/// A user as Clerk's Backend API describes them.
struct ClerkUser: Equatable, Sendable {
    let facts: UserFacts
    let isBanned: Bool

    /// Nil where the object cannot be a user.
    ///
    /// An account that is locked cannot sign in for a while, which says nothing about sessions
    /// it has: who guesses passwords must not be able to end them.
    init?(_ user: JSONObject) {
        switch user["banned"] {
        case nil, .null, .bool(false): self.isBanned = false
        case .bool(true): self.isBanned = true
        default: return nil
        }
        self.facts = UserFacts(
            created: .known(Self.instant(milliseconds: user["created_at"])),
            factors: Self.factors(of: user)
        )
    }

    var answer: DirectoryAnswer { self.isBanned ? .refused(.userBanned) : .known(self.facts) }

    // An authenticator app, and each phone number that is reserved for the second factor. Backup
    // codes stand in for these and are none themselves.
    private static func factors(of user: JSONObject) -> Fact<FactorCounts> {
        var counts = FactorCounts()
        switch user["totp_enabled"] {
        case .bool(let isEnabled): if isEnabled { counts[.totp] += 1 }
        default: return .unknown
        }
        for number in user["phone_numbers"]?.arrayValue ?? [] {
            switch number["reserved_for_second_factor"] {
            case .bool(let isReserved): if isReserved { counts[.phone] += 1 }
            case nil, .null: break
            default: return .unknown
            }
        }
        // Something we have no name for.
        let isOpaque = counts == FactorCounts() && user["two_factor_enabled"] != .bool(false)
        return isOpaque ? .unknown : .known(counts)
    }

    private static func instant(milliseconds value: JSONValue?) -> Instant? {
        guard case .integer(let milliseconds) = value,
            (0...253_402_300_799_999).contains(milliseconds)
        else { return nil }
        return Instant(microseconds: milliseconds * 1_000)
    }
}
