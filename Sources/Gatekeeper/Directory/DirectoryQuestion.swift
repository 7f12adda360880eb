internal import NIOCore
internal import PolicyDSL
internal import TokenVerify

/// Whom a directory is asked about, and what the asker can show.
///
/// An object, made once per token: a request that asks counts one reference.
final class DirectoryQuestion: Sendable {
    /// The position of the issuer in the configuration.
    let issuer: Int
    let subject: String
    let session: String?
    /// The verified token itself, for sources that ask in the user's name.
    let token: [UInt8]
    /// The token's claims, where they are the directory.
    let claims: ClaimsSet?
    /// The latest change that the token shows, such as a second factor: answers from before it
    /// are out of date.
    let changedAt: Instant?
    /// What answers about user and session are kept under.
    let key: FactKey

    init(
        issuer: Int,
        subject: String,
        session: String?,
        token: [UInt8],
        claims: ClaimsSet? = nil,
        changedAt: Instant?
    ) {
        self.issuer = issuer
        self.subject = subject
        self.session = session
        self.token = token
        self.claims = claims
        self.changedAt = changedAt
        self.key = FactKey(issuer: issuer, subject: subject, session: session)
    }
}

extension Caller {
    /// The latest thing the user did that a directory may not have heard of yet: a newer factor, a
    /// higher level or a new session, as the token shows it.
    ///
    /// Where an entry of `amr` has no time, or the level was reached by a method that is not
    /// listed, the token's issue stands in: no change that it shows is later. Clocks differ, so
    /// that a change of the last minute counts as one of now.
    func latestChange(issuedAt: Instant?, now: Instant) -> Instant? {
        var latest: Instant?
        func note(_ time: Instant?) {
            if let time { latest = max(latest ?? time, time) }
        }
        for entry in self.methods { note(entry.at) }
        note(self.principal.signInAt)
        note(self.principal.secondFactorAt)
        if !self.datesItsChanges { note(issuedAt) }
        guard let latest else { return nil }
        return latest.microseconds > now.microseconds - Self.clockDifference ? now : latest
    }

    private var datesItsChanges: Bool {
        if self.principal.knowsLevelTimes { return true }
        guard !self.methods.isEmpty, self.methods.allSatisfy({ $0.at != nil }) else { return false }
        return self.principal.assurance == .aal1
            || self.methods.contains { $0.method?.factorType != nil }
    }

    private static let clockDifference: Int64 = 60_000_000
}

/// What a directory answered, and how old that is.
struct DirectoryReply: Equatable, Sendable {
    let answer: DirectoryAnswer
    /// When the source said so; nil when it did not, or when the token is the source.
    let fetchedAt: NIODeadline?

    static let unknown = DirectoryReply(answer: .unknown, fetchedAt: nil)
}

/// An answer at once, or the promise of one.
enum DirectoryLookup {
    case settled(DirectoryReply)
    /// Succeeds on the asker's event loop and never fails.
    case pending(EventLoopFuture<DirectoryReply>)
}
