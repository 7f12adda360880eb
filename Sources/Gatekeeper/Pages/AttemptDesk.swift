internal import MFAPages
internal import Synchronization

/// Who tried what how often, for all event loops.
///
/// Three keys share every attempt: the session, the user (whose factors many sessions could try)
/// and the client (who could try many users).
final class AttemptDesk: Sendable {
    enum Kind: Sendable {
        case code
        case message
    }

    /// Whose attempt it is.
    struct Author: Sendable {
        let issuer: Int
        let session: String?
        let subject: String?
        let client: String?
    }

    private enum Key: Hashable, Sendable {
        case session(issuer: Int, String)
        case user(issuer: Int, String)
        case client(String)
    }

    private typealias Limiter = AttemptLimiter<Key>

    private struct State {
        var codes = Limiter()
        var messages = Limiter()
    }

    private let state = Mutex(State())

    /// Counts an attempt and returns zero, or says how many seconds it has to wait.
    func begin(_ kind: Kind, by author: Author, at now: Int64) -> Int64 {
        let keys = Self.keys(of: author)
        return self.state.withLock { state in
            let limiter = kind == .code ? state.codes : state.messages
            let wait = keys.map { limiter.wait(for: $0, Self.allowance(kind, $0), at: now) }.max()
            if let wait, wait > 0 { return wait }
            for key in keys {
                let allowance = Self.allowance(kind, key)
                switch kind {
                case .code: state.codes.count(key, allowance, at: now)
                case .message: state.messages.count(key, allowance, at: now)
                }
            }
            return 0
        }
    }

    /// A code was right: its user and session start anew.
    ///
    /// The client is only given this one try back, or an account of one's own would buy tries at
    /// others.
    func succeeded(_ author: Author) {
        self.state.withLock { state in
            for key in Self.keys(of: author) {
                switch key {
                case .session, .user: state.codes.clear(key)
                case .client: state.codes.forgive(key)
                }
            }
        }
    }

    private static func keys(of author: Author) -> [Key] {
        [
            author.session.map { .session(issuer: author.issuer, $0) },
            author.subject.map { .user(issuer: author.issuer, $0) },
            author.client.map { .client($0) },
        ].compactMap(\.self)
    }

    private static func allowance(_ kind: Kind, _ key: Key) -> Limiter.Allowance {
        switch (kind, key) {
        case (.code, .session): .init(free: 5, firstWait: 30, longestWait: 900, memory: 1_800)
        case (.code, .user): .init(free: 10, firstWait: 60, longestWait: 900, memory: 86_400)
        case (.code, .client): .init(free: 30, firstWait: 30, longestWait: 900, memory: 1_800)
        case (.message, .session): .init(free: 4, firstWait: 60, longestWait: 1_800, memory: 3_600)
        case (.message, .user): .init(free: 8, firstWait: 60, longestWait: 3_600, memory: 86_400)
        case (.message, .client): .init(free: 20, firstWait: 60, longestWait: 1_800, memory: 3_600)
        }
    }
}
