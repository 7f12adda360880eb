internal import PolicyDSL
internal import TokenVerify

/// What one provider contributes to an issuer; the rest is common to all.
struct IssuerIdentity {
    let provider: IssuerConfiguration.Provider
    let issuer: String
    let audiences: [String]
    /// Where the provider publishes its keys; `jwks` replaces it.
    let keySet: KeySources.KeySet?
    let secret: Secret?
    let cookie: SessionCookie?
}

extension IssuerConfiguration {
    /// The issuers of the file; those that cannot be read are reported and left out.
    static func list(reading root: Section) -> [IssuerConfiguration] {
        guard root.required("issuers", example: "[{provider: supabase, url: https://…}]") else {
            return []
        }
        let sections = root.sections("issuers")
        if sections.isEmpty {
            root.report(.missingKey, "issuers", "`issuers` names no issuer")
        }
        let read = sections.compactMap { section in
            IssuerConfiguration(reading: section).map { (section: section, issuer: $0) }
        }
        Self.checkTogether(read)
        return read.map(\.issuer)
    }

    /// A token or cookie must belong to one issuer, or two could judge it differently.
    private static func checkTogether(_ read: [(section: Section, issuer: IssuerConfiguration)]) {
        var issuers: Set<String> = []
        var cookies: Set<SessionCookie> = []
        for (section, issuer) in read {
            if !issuers.insert(issuer.issuer).inserted {
                section.report(
                    .duplicateIssuer,
                    section.has("issuer") ? "issuer" : "provider",
                    "another issuer already has the name `\(issuer.issuer)`"
                )
            }
            guard let cookie = issuer.cookie, !cookies.insert(cookie).inserted else { continue }
            section.report(
                .duplicateIssuer,
                section.has("cookie") ? "cookie" : "provider",
                "another issuer already reads this session cookie"
            )
        }
    }

    init?(reading section: Section) {
        let name =
            section.required("provider", example: "supabase")
            ? section.word("provider", of: ProviderName.self) : nil
        guard let name else { return nil }
        let identity = Self.identity(of: name, reading: section)
        self.algorithms = section.algorithms("algorithms")
        let tokenType = section.word("token_type", of: TokenTypeWord.self) ?? .jwt
        self.tokenType = tokenType.rule
        self.leeway = section.duration("leeway", default: .seconds(30), in: .zero...(.seconds(300)))
        self.keysMaxStale = section.keysMaxStale()
        self.crossSite = section.word("cross_site", of: CrossSiteRule.self) ?? .refuse
        self.forwardsCookie = section.flag("forward_cookie", default: true)
        let override = section.keySetOverride()
        section.finish(elsewhere: Self.keysByProvider)
        section.checkAlgorithms(self.algorithms)
        section.checkCrossSite(self.crossSite)
        guard let identity else { return nil }
        self.provider = identity.provider
        self.issuer = identity.issuer
        self.audiences = identity.audiences
        self.cookie = identity.cookie
        let isSymmetricOnly = self.algorithms?.allSatisfy(\.isSymmetric) ?? false
        // Published keys could verify nothing that these algorithms sign.
        let published = isSymmetricOnly && identity.secret != nil ? nil : identity.keySet
        self.keySources = KeySources(keySet: override ?? published, secret: identity.secret)
    }

    private static let keysByProvider = [
        "url": "`provider: supabase`",
        "api_key": "`provider: supabase`",
        "jwt_secret": "`provider: supabase`",
        "publishable_key": "`provider: clerk`",
        "authorized_parties": "`provider: clerk`",
        "expired": "`provider: clerk`",
        "frontend_api": "`provider: clerk`",
        "backend_api": "`provider: clerk`",
        "preset": "`provider: oidc`",
        "assurance": "`provider: oidc`",
    ]

    private static func identity(
        of name: ProviderName,
        reading section: Section
    ) -> IssuerIdentity? {
        switch name {
        case .supabase: section.supabaseIdentity()
        case .clerk: section.clerkIdentity()
        case .oidc: section.oidcIdentity()
        case .static: section.staticIdentity()
        }
    }
}

/// How the configuration names the accepted `typ` headers.
private enum TokenTypeWord: String, CaseIterable {
    case jwt
    case accessToken = "at+jwt"

    var rule: TokenTypeRule {
        switch self {
        case .jwt: .anyJWT
        case .accessToken: .accessToken
        }
    }
}

extension Section {
    fileprivate func algorithms(_ key: String) -> Set<SignatureAlgorithm>? {
        guard self.has(key) else { return nil }
        let texts = self.texts(key)
        if texts.isEmpty {
            self.report(.badValue, key, "`\(key)` allows no algorithm")
        }
        return Set(texts.compactMap { self.reading.word($0, of: SignatureAlgorithm.self) })
    }

    fileprivate func keysMaxStale() -> Duration {
        let keys = self.section("keys")
        let section =
            keys
            ?? Section(
                nil,
                path: self.keyPath("keys"),
                schemaPath: "issuers[].keys",
                span: self.span,
                reading: self.reading
            )
        let maxStale = section.duration(
            "max_stale",
            default: .seconds(3_600),
            in: .seconds(60)...(.seconds(2_592_000))
        )
        section.finish()
        return maxStale
    }

    /// `jwks`, a URL or a file, for any provider.
    fileprivate func keySetOverride() -> KeySources.KeySet? {
        guard let text = self.text("jwks") else { return nil }
        guard text.contains("://") else { return .file(self.reading.absolute(text)) }
        return self.url("jwks", example: "keys.json").map(KeySources.KeySet.url)
    }

    /// The exact `iss`, which is a URL for every provider we know.
    func issuerURL(_ key: String) -> WebURL? {
        self.required(key, example: "https://id.example.com") ? self.url(key) : nil
    }
}
