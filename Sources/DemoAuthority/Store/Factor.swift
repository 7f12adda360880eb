internal import GRDB
internal import PolicyDSL

/// The types of factors that can be set up here.
package enum FactorType: String, Codable, CaseIterable, Sendable {
    case totp
    case phone

    /// What a proof of it is called in `amr`.
    var method: String {
        switch self {
        case .totp: "totp"
        case .phone: "mfa/phone"
        }
    }

    /// As messages write it.
    var title: String {
        switch self {
        case .totp: "TOTP"
        case .phone: "Phone"
        }
    }
}

/// Whether a factor counts.
enum FactorStatus: String, Codable, Sendable {
    case unverified
    case verified
}

/// A row of `mfa_factors`.
struct Factor: AuthorityRecord, Equatable {
    static let databaseTableName = "mfa_factors"

    let id: String
    let userId: String
    var friendlyName: String
    let factorType: FactorType
    var status = FactorStatus.unverified
    /// In base 32; of an authenticator only.
    var secret: String?
    /// Digits without the leading `+`.
    var phone: String?
    var lastChallengedAt: Instant?
    let createdAt: Instant
    var updatedAt: Instant

    var isVerified: Bool { self.status == .verified }

    /// How many seconds to wait before another text message may be sent.
    func secondsUntilNextMessage(at now: Instant, interval: Int64) -> Int64? {
        guard let last = self.lastChallengedAt else { return nil }
        let rest = last.adding(seconds: interval).microseconds - now.microseconds
        return rest >= 0 ? max(1, (rest + 999_999) / 1_000_000) : nil
    }
}

/// A row of `mfa_challenges`.
struct Challenge: AuthorityRecord, Equatable {
    static let databaseTableName = "mfa_challenges"

    let id: String
    let factorId: String
    let createdAt: Instant
    var verifiedAt: Instant?
    let ipAddress: String
    /// What the text message said.
    var otpCode: String?

    /// Whether it can still be answered, by a client at this address.
    func standing(for client: String, at now: Instant, lifetime: Int64) -> ChallengeStanding {
        guard self.verifiedAt == nil, self.ipAddress == client else { return .spentOrElsewhere }
        return now < self.createdAt.adding(seconds: lifetime) ? .open : .expired
    }
}

/// What an answer to a challenge meets.
enum ChallengeStanding: Equatable {
    case open
    /// Answered before, or asked for from another address: Supabase does not tell the two apart.
    case spentOrElsewhere
    case expired
}

/// A row of `messages`: what would have gone to a phone.
struct TextMessage: AuthorityRecord, Equatable {
    static let databaseTableName = "messages"

    var id: Int64?
    let phone: String
    let channel: String
    let body: String
    let code: String
    let sentAt: Instant
}
