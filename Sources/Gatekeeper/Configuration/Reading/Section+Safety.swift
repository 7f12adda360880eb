internal import PolicyDSL
internal import TokenVerify

extension Section {
    /// The audiences of an issuer; without one, tokens made for others would be accepted.
    func audiences(fallback: [String]) -> [String] {
        let values = self.texts("audience").map(\.value).filter { !$0.isEmpty }
        let audiences = self.has("audience") ? values : fallback
        if audiences.isEmpty {
            self.report(
                .missingAudience,
                "audience",
                "`audience` is missing: tokens made for any other app of this issuer would pass",
                help: "write the `aud` of your own tokens, `audience: [api]`"
            )
        }
        return audiences
    }

    /// RFC 8725 section 3.1: with both kinds of key, the token must not choose.
    func checkAlgorithms(_ algorithms: Set<SignatureAlgorithm>?) {
        guard self.has("jwt_secret") else { return }
        guard let algorithms else {
            self.report(
                .ambiguousAlgorithms,
                "jwt_secret",
                "`jwt_secret` stands beside the project's key set without `algorithms`",
                help: "write `algorithms: [HS256]`, or `[HS256, ES256]` during a rotation"
            )
            return
        }
        guard !algorithms.contains(where: \.isSymmetric) else { return }
        self.report(
            .unusedKey,
            "jwt_secret",
            "`jwt_secret` is never used: `algorithms` names no HS algorithm"
        )
    }

    // RFC 7518 section 3.2: an HS256 key has at least 256 bits.
    func checkSecret(_ secret: Secret?) {
        guard let secret, secret.value.utf8.count < 32 else { return }
        self.report(
            .weakSecret,
            "jwt_secret",
            "`jwt_secret` is shorter than 32 bytes, so it could be guessed from one token"
        )
    }

    func checkCrossSite(_ rule: IssuerConfiguration.CrossSiteRule) {
        guard rule == .allow else { return }
        self.report(
            .crossSiteAllowed,
            "cross_site",
            "any site can now send requests in the name of a signed-in browser",
            help: "name the trusted pages in `allowed_origins` instead"
        )
    }

    func authorizedParties() -> [String] {
        let parties = self.origins("authorized_parties").map(\.description)
        if !self.has("authorized_parties") || self.texts("authorized_parties").isEmpty {
            self.report(
                .missingAuthorizedParties,
                "authorized_parties",
                "`authorized_parties` is missing: tokens fetched by any subdomain would pass",
                help: "write the origins of your pages, `[https://app.example.com]`"
            )
        }
        return parties
    }

    func expiredSession() -> ClerkInstance.ExpiredSession {
        let expired = self.word("expired", of: ClerkInstance.ExpiredSession.self) ?? .handshake
        if expired == .forward {
            self.report(
                .expiredForwarded,
                "expired",
                "expired sessions reach the app as visitors, on routes where no policy names users"
            )
        }
        return expired
    }

    /// A directory that no issuer has would answer nobody.
    func checkDirectory(of configuration: Configuration) {
        guard case .issuer = configuration.directory?.source else { return }
        let hasEndpoint = configuration.issuers.contains { issuer in
            switch issuer.provider {
            case .supabase, .clerk: true
            case .oidc, .static: false
            }
        }
        guard !hasEndpoint, !configuration.issuers.isEmpty else { return }
        self.reading.report(
            .contradiction,
            at: self.reading.spans["directory.source"] ?? self.span,
            "`source: issuer`, and no issuer has an endpoint that knows its users",
            help: "use `source: http` or `source: file`"
        )
    }

    /// What the addresses say about each other.
    func checkAddresses(of configuration: Configuration) {
        if configuration.listen == configuration.admin, !configuration.listen.isEphemeral {
            self.report(
                .publicAdmin,
                self.has("admin") ? "admin" : "listen",
                "`admin` and `listen` are the same: metrics would be public"
            )
        }
        if !configuration.admin.isLocal {
            self.report(
                .reachableAdmin,
                "admin",
                "the admin port can be reached from other machines, and it asks for no password"
            )
        }
        if configuration.takesProxyProtocol, case .tcp = configuration.listen,
            configuration.trustedProxies.isEmpty
        {
            self.report(
                .contradiction,
                "proxy_protocol",
                "`proxy_protocol` needs `trusted_proxies`: anyone could forge where he is from",
                help: "name the addresses of your load balancers"
            )
        }
        if let publicURL = configuration.publicURL, publicURL.isExposed {
            self.report(
                .insecurePublicURL,
                "public_url",
                "browsers would send session cookies over plain http"
            )
        }
    }
}

extension SocketEndpoint {
    /// Whether the system chooses the port.
    fileprivate var isEphemeral: Bool {
        switch self {
        case .tcp(_, let port): port == 0
        case .unix: false
        }
    }
}
