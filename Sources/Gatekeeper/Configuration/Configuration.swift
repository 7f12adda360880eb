internal import HTTPMessage
internal import PolicyDSL

/// Everything that `gatekeeper.yaml` says, checked and with its defaults filled in.
///
/// A value of this type is complete and safe on its own terms; what only the policy set can
/// tell is asked by `problems(with:)`.
struct Configuration: Equatable, Sendable {
    let listen: SocketEndpoint
    let admin: SocketEndpoint
    let upstream: UpstreamConfiguration
    /// Absent: clients connect without TLS.
    let tls: ListenerTLS?
    let http2: HTTP2Configuration
    /// Whether every connection begins with a PROXY protocol header of version 2.
    let takesProxyProtocol: Bool
    /// The origin that browsers see; without it redirects are relative.
    let publicURL: WebOrigin?
    /// A policy file or a folder of `*.policy` files, as an absolute path.
    let policy: String
    let issuers: [IssuerConfiguration]
    /// Absent: no user facts are ever asked.
    let directory: DirectoryConfiguration?
    /// How the built-in pages look and what they offer.
    let pages: PagesConfiguration
    let answer: AnswerStyle
    let allowedOrigins: [WebOrigin]
    /// Name of the parameter that brings the user back.
    let returnTo: String
    /// The first route whose pattern matches decides.
    let routes: [RouteConfiguration]
    let trustedProxies: [IPNetwork]
    let log: LogConfiguration
    let limits: Limits
}

/// How a session that could do better is told so.
enum AnswerStyle: String, CaseIterable, Sendable {
    case redirect
    case negotiate
    case challenge
}

/// Exceptions for the paths under one pattern.
struct RouteConfiguration: Equatable, Sendable {
    let pattern: PathPattern
    let answer: AnswerStyle?
    let accepted: Leniency
}

/// Which decisions are written, and where.
struct LogConfiguration: Equatable, Sendable {
    enum Decisions: String, CaseIterable, Sendable {
        case all
        case refusals
        case none
    }

    enum Subjects: String, CaseIterable, Sendable {
        case plain
        case hashed
    }

    let decisions: Decisions
    /// The share of allowed requests that are written, 0 to 1; refusals always are.
    let sampleAllow: Double
    /// Absolute path; standard output when absent.
    let file: String?
    let subjects: Subjects
}

/// Bounds on what one client or one exchange may cost.
struct Limits: Equatable, Sendable {
    let headerBytes: Int
    let tokenBytes: Int
    let cookieChunks: Int
    let headerReadTimeout: Duration
    let idleTimeout: Duration
    let connectTimeout: Duration
    let responseTimeout: Duration
    let drainTimeout: Duration
    let clients: ClientLimits
}
