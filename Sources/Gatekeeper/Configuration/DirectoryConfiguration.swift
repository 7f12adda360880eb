internal import PolicyDSL

/// Where facts about users come from, and how long they may be believed.
struct DirectoryConfiguration: Equatable, Sendable {
    let source: Source
    /// How long an answer is fresh.
    let ttl: Duration
    /// How long "there is no such user" is fresh.
    let negativeTTL: Duration
    /// How old, since the fetch, facts may get while the source is down.
    let maxStale: Duration
    let timeout: Duration
    let maxBytes: Int
}

extension DirectoryConfiguration {
    enum Source: Equatable, Sendable {
        /// The issuer's own user endpoint.
        case issuer
        case postgres(PostgresDirectorySource)
        case sqlite(path: String)
        case http(HTTPDirectorySource)
        case file(path: String)
        /// Claims that a token hook put into the token itself.
        case claims(ClaimsDirectorySource)

        var name: SourceName {
            switch self {
            case .issuer: .issuer
            case .postgres: .postgres
            case .sqlite: .sqlite
            case .http: .http
            case .file: .file
            case .claims: .claims
            }
        }
    }

    enum SourceName: String, CaseIterable, Sendable {
        case issuer
        case postgres
        case sqlite
        case http
        case file
        case claims
    }
}

/// Tables of users in the shape of Supabase's `auth` schema.
struct PostgresDirectorySource: Equatable, Sendable {
    let url: Secret
    /// What `url` says.
    let address: PostgresAddress
    let schema: String
}

/// A JSON endpoint that answers for one user.
struct HTTPDirectorySource: Equatable, Sendable {
    struct Header: Equatable, Sendable {
        /// Stands for the token of the user who is asked about.
        static let tokenMark = "{token}"

        let name: String
        let value: Secret

        /// The value that is sent in the name of whoever bears `token`.
        func value(for token: [UInt8]) -> String {
            self.value.value.replacing(
                Self.tokenMark,
                with: String(decoding: token, as: UTF8.self)
            )
        }

        var namesToken: Bool { self.value.value.contains(Self.tokenMark) }
    }

    /// The URL with `{subject}` where the percent-encoded subject goes.
    let url: URLTemplate
    let headers: [Header]
    let shape: DirectoryShape

    /// Whether the user's own token opens the endpoint, so that answers hold for one session.
    var asksForSession: Bool { self.headers.contains(where: \.namesToken) }
}

/// Where a token itself holds the facts.
struct ClaimsDirectorySource: Equatable, Sendable {
    let created: ClaimPath?
    let factors: ClaimPath?
}
