/// Why PostgreSQL gave no answer.
enum PostgresFailure: Error, Equatable, Sendable {
    case timedOut
    /// There is no connection, or it broke off; with what libpq said.
    case unreachable(String)
    /// TLS did not establish who answers; with what libpq said.
    case untrusted(String)
    /// The server refused.
    case refused(sqlState: String, String)
    /// The answer has another form than the question asks for.
    case malformed
}

extension PostgresFailure {
    /// Whether the connection may be used again.
    var leavesConnection: Bool {
        switch self {
        // Class 57 is the operator's: the server is going down, or ends this connection.
        case .refused(let sqlState, _): !sqlState.hasPrefix("57P")
        case .timedOut, .unreachable, .untrusted, .malformed: false
        }
    }

    /// Whether the connection had ended before the question reached the server.
    var isLostConnection: Bool {
        switch self {
        case .unreachable: true
        case .refused(let sqlState, _): sqlState.hasPrefix("57P")
        case .timedOut, .untrusted, .malformed: false
        }
    }

    var directoryFailure: DirectoryFailure {
        switch self {
        case .timedOut: .unreachable(.timedOut)
        case .unreachable: .unreachable(.notConnected)
        case .untrusted: .unreachable(.untrusted)
        case .refused(let sqlState, _): .refused(code: sqlState.lowercased())
        case .malformed: .malformed
        }
    }
}

extension PostgresFailure: CustomStringConvertible {
    /// For the log of whoever runs the sidecar; never holds a password.
    var description: String {
        switch self {
        case .timedOut: "no answer in time"
        case .unreachable(let message), .untrusted(let message): message
        case .refused(let sqlState, let message): "\(message) (SQLSTATE \(sqlState))"
        case .malformed: "the answer is not the one that was asked for"
        }
    }
}
