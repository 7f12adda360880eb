internal import HTTPMessage
internal import PolicyDSL
internal import TokenVerify

/// Everything that enforcement goes by: one configuration with its policies, immutable.
///
/// A reload makes the next one; a request keeps the one it started with. An object rather than a
/// value, so that keeping it costs one reference however much it holds.
final class EnforcementRules: Sendable {
    let policies: PolicySet
    let issuers: [IssuerRules]
    let keys: KeyStore
    let directory: UserDirectory
    /// How browsers of the Clerk instance renew their sessions; nil without one.
    let clerk: ClerkHandshake?
    let answers: AnswerWriter
    let routes: RouteTable
    /// The hosts served; nil while no policy tells hosts apart.
    let servedHosts: ServedHosts?
    let publicURL: WebOrigin?
    let allowedOrigins: [WebOrigin]
    /// Our own pages; nil where the policies name none.
    let pages: BuiltinPages?
    /// The parameter that leads back from a page.
    let returnTo: String
    let log: LogConfiguration
    let limits: Limits

    init(
        _ configuration: Configuration,
        policies: PolicySet,
        keys: KeyStore,
        directory: UserDirectory,
        exchange: HandshakeExchange? = nil,
        pages: BuiltinPages? = nil
    ) {
        self.policies = policies
        self.issuers = configuration.issuers.enumerated().map { index, issuer in
            IssuerRules(issuer, index: index, limits: configuration.limits)
        }
        self.keys = keys
        self.directory = directory
        self.clerk = ClerkHandshake(configuration, exchange: exchange)
        self.answers = AnswerWriter(policies: policies, configuration: configuration)
        self.routes = RouteTable(
            routes: configuration.routes,
            defaultStyle: configuration.answer
        )
        self.servedHosts = ServedHosts(policies, publicURL: configuration.publicURL)
        self.publicURL = configuration.publicURL
        self.allowedOrigins = configuration.allowedOrigins
        self.pages = pages
        self.returnTo = configuration.returnTo
        self.log = configuration.log
        self.limits = configuration.limits
    }

    /// Whether pages on this origin are the application's own, or were given the same trust.
    func trusts(origin: ArraySlice<UInt8>) -> Bool {
        guard let origin = WebOrigin(String(decoding: origin, as: UTF8.self)) else { return false }
        return origin == self.publicURL || self.allowedOrigins.contains(origin)
    }
}

extension AnswerWriter {
    /// The answers of a policy set; without a configuration locations are relative.
    convenience init(policies: PolicySet, configuration: Configuration? = nil) {
        self.init(
            pages: PageURLs(
                pages: policies.pages,
                publicURL: configuration?.publicURL,
                parameter: configuration?.returnTo ?? "return_to"
            ),
            publicURL: configuration?.publicURL,
            allowedOrigins: configuration?.allowedOrigins ?? []
        )
    }
}

/// The hosts that are served once a policy tells hosts apart: the public one, and every one that
/// a pattern of the set names.
struct ServedHosts: Sendable {
    private let patterns: [HostPattern]

    /// Nil while no policy or admit uses `at`.
    init?(_ policies: PolicySet, publicURL: WebOrigin?) {
        let named = policies.hosts
        guard !named.isEmpty else { return nil }
        self.patterns = named + (publicURL.map { [.exact($0.host)] } ?? [])
    }

    func contains(_ host: String) -> Bool {
        self.patterns.contains { $0.matches(host) }
    }
}
