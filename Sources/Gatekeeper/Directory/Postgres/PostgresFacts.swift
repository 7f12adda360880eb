internal import PolicyDSL

/// The question to PostgreSQL about one user and one session, and how its answer is read.
struct PostgresFacts {
    static let statementName = "facts"

    /// The tables are read in `schema`; parameters are the user's and the session's identifiers.
    static func statement(schema: String) -> String {
        """
        select u.created_at::timestamptz, u.banned_until::timestamptz, u.deleted_at is not null,
               f.totp, f.phone, f.webauthn, f.other,
               s.id is not null, s.not_after::timestamptz
          from "\(schema)".users u
         cross join lateral (
               select count(*) filter (where m.factor_type::text = 'totp') as totp,
                      count(*) filter (where m.factor_type::text = 'phone') as phone,
                      count(*) filter (where m.factor_type::text = 'webauthn') as webauthn,
                      count(*) filter (
                          where m.factor_type::text not in ('totp', 'phone', 'webauthn')
                      ) as other
                 from "\(schema)".mfa_factors m
                where m.user_id = u.id and m.status::text = 'verified'
               ) f
          left join "\(schema)".sessions s on s.id = $2 and s.user_id = u.id
         where u.id = $1
        """
    }

    private let created: Instant?
    private let bannedUntil: Instant?
    private let isDeleted: Bool
    private let factors: FactorCounts
    private let hasSession: Bool
    private let sessionEnd: Instant?
}

extension PostgresFacts {
    /// Reads one row in PostgreSQL's binary formats; nil where it is not the statement's.
    init?(row: [[UInt8]?]) {
        guard row.count == 9, let isDeleted = Self.bool(row[2]), let hasSession = Self.bool(row[7])
        else { return nil }
        let counts = row[3...6].compactMap(Self.integer)
        guard counts.count == 4 else { return nil }
        guard case .some(let created) = Self.time(row[0]) else { return nil }
        guard case .some(let bannedUntil) = Self.time(row[1]) else { return nil }
        guard case .some(let sessionEnd) = Self.time(row[8]) else { return nil }
        self.created = created
        self.bannedUntil = bannedUntil
        self.isDeleted = isDeleted
        self.factors = FactorCounts(
            totp: Int(counts[0]),
            phone: Int(counts[1]),
            webauthn: Int(counts[2]),
            other: Int(counts[3])
        )
        self.hasSession = hasSession
        self.sessionEnd = sessionEnd
    }

    /// What the directory says at `now`; a token without a session is not asked for one.
    func answer(hasSession isAsked: Bool, at now: Instant) -> DirectoryAnswer {
        if self.isDeleted { return .refused(.userNotFound) }
        if isAsked, !self.hasSession || self.sessionEnd.map({ $0 <= now }) ?? false {
            return .refused(.sessionRevoked)
        }
        if let bannedUntil = self.bannedUntil, now < bannedUntil { return .refused(.userBanned) }
        return .known(UserFacts(created: .known(self.created), factors: .known(self.factors)))
    }

    private static func bool(_ field: [UInt8]?) -> Bool? {
        switch field {
        case [0]: false
        case [1]: true
        default: nil
        }
    }

    private static func integer(_ field: [UInt8]?) -> Int64? {
        guard let field, field.count == 8 else { return nil }
        return Int64(bitPattern: field.reduce(0) { $0 << 8 | UInt64($1) })
    }

    // Microseconds since 2000; the ends of the range stand for `-infinity` and `infinity`.
    private static func time(_ field: [UInt8]?) -> Instant?? {
        guard field != nil else { return .some(nil) }
        guard let microseconds = self.integer(field) else { return nil }
        let (sum, overflow) = microseconds.addingReportingOverflow(946_684_800_000_000)
        if microseconds == .min { return Instant(microseconds: .min) }
        return Instant(microseconds: overflow ? .max : sum)
    }
}
