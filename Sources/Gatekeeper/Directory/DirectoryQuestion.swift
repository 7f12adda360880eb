internal import NIOCore
internal import PolicyDSL
internal import TokenVerify

/// Whom a directory is asked about, and what the asker can show.
struct DirectoryQuestion: Sendable {
    /// The position of the issuer in the configuration.
    let issuer: Int
    let subject: String
    let session: String?
    /// The verified token itself, for sources that ask in the user's name.
    let token: [UInt8]
    let claims: ClaimsSet
    /// The latest change that the token proves, such as a second factor: answers from before
    /// it are out of date.
    let changedAt: Instant?
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
