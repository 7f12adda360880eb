internal import NIOCore
internal import NIOHTTP1
internal import PolicyDSL

/// The user endpoint of one issuer, or of all of them.
enum DirectoryEndpoint: Sendable {
    /// Supabase's `GET /user` in the user's own name: no key of ours sees other users.
    case supabaseUser(SupabaseProject)
    /// Supabase's admin API.
    case supabaseAdmin(SupabaseProject, secretKey: Secret)
    /// Clerk's Backend API.
    case clerkUser(ClerkInstance, secretKey: Secret)
    case http(HTTPDirectorySource)
}

extension DirectoryEndpoint {
    /// The endpoint that a provider's issuer has, if any.
    init?(_ provider: IssuerConfiguration.Provider) {
        switch provider {
        case .supabase(let project):
            self =
                project.secretKey.map { .supabaseAdmin(project, secretKey: $0) }
                ?? .supabaseUser(project)
        case .clerk(let instance):
            guard let secretKey = instance.secretKey else { return nil }
            self = .clerkUser(instance, secretKey: secretKey)
        case .oidc, .static: return nil
        }
    }

    /// Whether the answer depends on the session that asks.
    var answersForSession: Bool {
        switch self {
        case .supabaseUser: true
        case .supabaseAdmin, .clerkUser: false
        case .http(let source): source.asksForSession
        }
    }

    func url(for subject: String) -> WebURL {
        switch self {
        case .supabaseUser(let project): project.userURL
        case .supabaseAdmin(let project, _): project.userURL(for: subject)
        case .clerkUser(let instance, _): instance.userURL(for: subject)
        case .http(let source): source.url.url(for: subject)
        }
    }

    func headers(for question: DirectoryQuestion) -> HTTPHeaders {
        var headers: HTTPHeaders = ["Accept": "application/json"]
        switch self {
        case .supabaseUser(let project):
            let token = String(decoding: question.token, as: UTF8.self)
            headers.add(name: "Authorization", value: "Bearer \(token)")
            if let key = project.apiKey { headers.add(name: "apikey", value: key.value) }
        case .supabaseAdmin(_, let secretKey):
            headers.add(name: "Authorization", value: "Bearer \(secretKey.value)")
            headers.add(name: "apikey", value: secretKey.value)
        case .clerkUser(_, let secretKey):
            headers.add(name: "Authorization", value: "Bearer \(secretKey.value)")
            headers.add(name: "Clerk-API-Version", value: ClerkInstance.apiVersion)
        case .http(let source):
            for header in source.headers {
                let value = header.value(for: question.token)
                headers.replaceOrAdd(name: header.name, value: value)
            }
        }
        return headers
    }

    private var shape: DirectoryShape {
        switch self {
        case .supabaseUser, .supabaseAdmin: .user(.supabase)
        case .clerkUser: .clerkUser
        case .http(let source): source.shape
        }
    }

    /// Asks once.
    func ask(
        _ question: DirectoryQuestion,
        through fetcher: DocumentFetcher,
        timeout: TimeAmount,
        maximumBytes: Int,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<DirectoryOutcome> {
        let shape = self.shape
        return
            fetcher
            .fetch(
                self.url(for: question.subject),
                headers: self.headers(for: question),
                timeout: timeout,
                maximumBytes: maximumBytes,
                on: eventLoop
            )
            .map { document in
                DirectoryOutcome(
                    judging: document,
                    subject: question.subject,
                    shape: shape,
                    at: .now
                )
            }
            .recover { error in
                let failure = error as? DocumentFailure ?? .brokenAnswer
                return .failed(.unreachable(failure), retryAfter: nil)
            }
    }
}
