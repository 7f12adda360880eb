internal import JSON
internal import NIOCore
internal import PolicyDSL
internal import TokenVerify

/// A verified token with everything that is derived from it once and used by every request.
///
/// Lives on one event loop, in its memory of tokens.
final class Session {
    let caller: Caller
    let prepared: PreparedPrincipal
    /// What the directory is asked; nil where nobody is there to ask about.
    let question: DirectoryQuestion?
    /// The token's `iat`, where a directory has facts about its user.
    let issuedAt: NumericDate?
    /// `X-Gatekeeper-…` as field lines.
    let identity: [UInt8]
    /// The moment from which the token is refused, leeway included.
    let refusedFrom: Instant
    /// When streams that the token opened have to end: at its `exp`.
    let expiry: NIODeadline
    private let pseudonym: Pseudonym?
    private var callerText: CallerText?
    /// What the policies said of it last.
    var memo = DecisionMemo()
    /// The keys that verified it; other keys void it.
    let keyGeneration: UInt64
    let issuer: IssuerRules
    /// About how many bytes it keeps: claims in memory take several times their text.
    let cost: Int

    /// - `firstSeen`: when the token came for the first time: what it shows had happened by then.
    init(
        _ token: borrowing VerifiedToken,
        bytes: [UInt8],
        caller: Caller,
        issuer: IssuerRules,
        rules: EnforcementRules,
        keyGeneration: UInt64,
        firstSeen: Instant,
        now: Instant
    ) {
        self.prepared = rules.policies.prepare(caller.principal)
        self.identity = IdentityBlock.lines(for: caller)
        let expiresAt = Instant(microseconds: token.expiresAt.microseconds)
        let leeway = Int64(issuer.expectations.leeway) * 1_000_000
        self.refusedFrom = Instant(microseconds: expiresAt.microseconds + leeway)
        // A token that is served within its leeway ends with the leeway.
        let end = now < expiresAt ? expiresAt : self.refusedFrom
        let left = max(0, end.microseconds - now.microseconds)
        self.expiry = .now() + .microseconds(min(left, Int64(Int32.max) * 1_000_000))
        self.pseudonym = rules.log.pseudonym
        self.keyGeneration = keyGeneration
        self.issuer = issuer
        let keepsClaims = rules.directory.readsClaims
        self.cost =
            4_096 + bytes.count * (keepsClaims ? 8 : 2) + caller.methods.count * 256
            + caller.principal.claims.values.reduce(0) { $0 + $1.count * 64 }
        self.question = DirectoryQuestion(
            about: caller,
            issuer: issuer.index,
            token: bytes,
            claims: token.claims,
            keepsClaims: keepsClaims,
            now: firstSeen
        )
        self.issuedAt = self.question == nil ? nil : token.claims.issuedAt
        // Given away last; until then it was only looked at.
        self.caller = caller
    }
}

@available(*, unavailable)
extension Session: Sendable {}

extension DirectoryQuestion {
    /// The question about `caller`; nil where a directory has no facts about such.
    ///
    /// Claims are kept only for a directory that reads them: as long as a token is remembered they
    /// take several times its size.
    convenience init?(
        about caller: borrowing Caller,
        issuer: Int,
        token: [UInt8],
        claims: borrowing ClaimsSet,
        keepsClaims: Bool = true,
        now: Instant
    ) {
        guard caller.principal.subjectClass.hasDirectoryFacts, let subject = caller.subject else {
            return nil
        }
        self.init(
            issuer: issuer,
            subject: subject,
            session: caller.session,
            token: token,
            claims: keepsClaims ? copy claims : nil,
            changedAt: caller.latestChange(
                issuedAt: claims.issuedAt.map { Instant(microseconds: $0.microseconds) },
                now: now
            )
        )
    }
}

extension Session {
    /// The caller as records show it, with what the directory said; made anew when that changes.
    func text(under answer: DirectoryAnswer) -> CallerText {
        if let text = self.callerText, text.answer == answer { return text }
        let text = CallerText(self.caller, answer, pseudonym: self.pseudonym)
        self.callerText = text
        return text
    }
}
