/// Whose answer is cached: never shared between issuers, nor between sessions where the source
/// answers for a session.
///
/// Names are kept as digests, so that a million of them fit into little memory. The digests are
/// SipHash under keys of this process: nobody can choose names that collide, and that two of a
/// million users do by chance has a probability below 2^-88.
struct FactKey: Hashable, Sendable {
    let user: UserDigest
    /// 0 where the answer is about the user alone.
    let session: UInt64

    init(issuer: Int, subject: String, session: String?) {
        self.user = UserDigest(issuer: issuer, subject: subject)
        self.session = session.map { max(1, SecretHash.one.digest(of: $0, salt: 0)) } ?? 0
    }

    private init(user: UserDigest) {
        self.user = user
        self.session = 0
    }

    /// The key of answers that hold for all sessions of the user.
    var withoutSession: FactKey { FactKey(user: self.user) }
}

/// Stands for one subject of one issuer.
struct UserDigest: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    init(issuer: Int, subject: String) {
        self.high = SecretHash.one.digest(of: subject, salt: issuer)
        self.low = SecretHash.other.digest(of: subject, salt: issuer)
    }
}

/// SipHash under a key that nobody outside this process knows.
private struct SecretHash: Sendable {
    static let one = SecretHash()
    static let other = SecretHash()

    private let key = (UInt64.random(in: 0...UInt64.max), UInt64.random(in: 0...UInt64.max))

    func digest(of name: String, salt: Int) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(self.key.0)
        hasher.combine(self.key.1)
        hasher.combine(salt)
        // The bytes, since Swift hashes strings by what they look like.
        unsafe name.utf8.span.bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
