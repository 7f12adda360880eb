internal import JSON
internal import PolicyDSL

/// What a directory has on file about one user.
///
/// The one reader of Supabase's user object, whoever sent it: an API, a file, `--user`.
struct UserRecord: Equatable, Sendable {
    /// What cannot be used although it is there.
    enum Defect: String, Sendable {
        case createdUnreadable = "created-unreadable"
        case factorsMalformed = "factors-malformed"
        case banUnreadable = "ban-unreadable"
    }

    let facts: UserFacts
    let bannedUntil: Instant?
    let defects: [Defect]
}

extension UserRecord {
    /// Where Supabase's user object holds the facts.
    static let createdPath = ClaimPath(["created_at"])
    static let factorsPath = ClaimPath(["factors"])

    /// Reads a user object.
    ///
    /// A creation time that is missing or unreadable is known to be missing; factors that are
    /// missing are none, and factors of another shape are Unknown.
    init(
        _ object: JSONObject,
        created createdPath: ClaimPath = Self.createdPath,
        factors factorsPath: ClaimPath = Self.factorsPath
    ) {
        var defects: [Defect] = []
        let user = JSONValue.object(object)
        let created = Self.instant(user.value(at: createdPath))
        if created == .unreadable { defects.append(.createdUnreadable) }
        let factors = Self.factors(user.value(at: factorsPath))
        if factors == .unknown { defects.append(.factorsMalformed) }
        let ban = Self.instant(object["banned_until"])
        if ban == .unreadable { defects.append(.banUnreadable) }
        self.facts = UserFacts(created: .known(created.instant), factors: factors)
        self.bannedUntil = ban.instant
        self.defects = defects
    }

    /// The directory's answer at `now`; Unknown where nobody can tell whether a ban holds.
    func answer(at now: Instant) -> DirectoryAnswer {
        if self.defects.contains(.banUnreadable) { return .unknown }
        if let bannedUntil = self.bannedUntil, now < bannedUntil {
            return .refused(.userBanned)
        }
        return .known(self.facts)
    }
}

extension UserRecord {
    enum Time: Equatable {
        case missing
        case unreadable
        case known(Instant)

        var instant: Instant? {
            switch self {
            case .missing, .unreadable: nil
            case .known(let instant): instant
            }
        }
    }

    static func instant(_ value: JSONValue?) -> Time {
        guard let value, !value.isNull else { return .missing }
        guard let text = value.stringValue, let instant = Instant(rfc3339: text) else {
            return .unreadable
        }
        return .known(instant)
    }

    /// The verified factors of a list as `GET /user` has it.
    static func factors(_ value: JSONValue?) -> Fact<FactorCounts> {
        guard let value, !value.isNull else { return .known(FactorCounts()) }
        guard let list = value.arrayValue else { return .unknown }
        var counts = FactorCounts()
        for factor in list {
            guard let status = factor["status"]?.stringValue else { return .unknown }
            guard let type = factor["factor_type"]?.stringValue else { return .unknown }
            guard status == "verified" else { continue }
            if let named = FactorType(rawValue: type) {
                counts[named] += 1
            } else {
                counts.other += 1
            }
        }
        return .known(counts)
    }
}

extension JSONValue {
    /// The value at the end of `path`, one member name after the other.
    func value(at path: ClaimPath) -> JSONValue? {
        var value: JSONValue? = self
        for segment in path.segments { value = value?[segment] }
        return value
    }
}
