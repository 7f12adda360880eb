internal import PolicyDSL

extension Section {
    func supabaseIdentity() -> IssuerIdentity? {
        let apiKey = self.secret("api_key")
        let secretKey = self.secret("secret_key")
        let jwtSecret = self.secret("jwt_secret")
        let cookie = self.cookieName("cookie")
        let audiences = self.audiences(fallback: [SupabaseProject.audience])
        self.checkSecret(jwtSecret)
        let issuer = self.url("issuer")
        let example = "https://abcdefghijkl.supabase.co"
        guard self.required("url", example: example) else { return nil }
        guard let url = self.url("url", example: example) else { return nil }
        let project = SupabaseProject(url: url.trimmed, apiKey: apiKey, secretKey: secretKey)
        return IssuerIdentity(
            provider: .supabase(project),
            issuer: issuer.map { _ in self.text("issuer") ?? "" } ?? project.issuer,
            audiences: audiences,
            keySet: .url(project.keySetURL),
            secret: jwtSecret,
            cookie: .supabase(name: cookie ?? project.cookieName)
        )
    }

    func clerkIdentity() -> IssuerIdentity? {
        let secretKey = self.secret("secret_key")
        let parties = self.authorizedParties()
        let expired = self.expiredSession()
        let frontend = self.url("frontend_api", example: "https://clerk.example.com")
        let backend = self.url("backend_api", example: ClerkInstance.defaultBackendAPI)
        let audiences = self.has("audience") ? self.audiences(fallback: []) : []
        guard self.required("publishable_key", example: "pk_live_…") else { return nil }
        guard let key = self.text("publishable_key") else { return nil }
        let derived = ClerkInstance.frontendAPI(of: key)
        if derived == nil {
            self.report(
                .badValue,
                "publishable_key",
                "`publishable_key` does not name a Frontend API",
                help: "copy it from Clerk's dashboard; it begins with `pk_live_` or `pk_test_`"
            )
        }
        let fallback = WebURL(ClerkInstance.defaultBackendAPI)
        guard let api = frontend ?? derived, let backend = backend ?? fallback else { return nil }
        let instance = ClerkInstance(
            publishableKey: key,
            secretKey: secretKey,
            authorizedParties: parties,
            expired: expired,
            frontendAPI: api.trimmed,
            backendAPI: backend.trimmed
        )
        return IssuerIdentity(
            provider: .clerk(instance),
            issuer: instance.issuer,
            audiences: audiences,
            keySet: .url(instance.keySetURL),
            secret: nil,
            cookie: .clerk
        )
    }

    func oidcIdentity() -> IssuerIdentity? {
        let audiences = self.audiences(fallback: [])
        let cookie = self.cookieName("cookie")
        let assurance = self.assuranceMapping()
        guard let url = self.issuerURL("issuer"), let issuer = self.text("issuer") else {
            return nil
        }
        guard let assurance else { return nil }
        return IssuerIdentity(
            provider: .oidc(assurance),
            issuer: issuer,
            audiences: audiences,
            keySet: .discovery(url.trimmed),
            secret: nil,
            cookie: cookie.map(SessionCookie.bare)
        )
    }

    func staticIdentity() -> IssuerIdentity? {
        let audiences = self.audiences(fallback: [])
        let cookie = self.cookieName("cookie")
        let hasKeys = self.required("jwks", example: "keys.json")
        let url = self.issuerURL("issuer")
        guard url != nil, let issuer = self.text("issuer"), hasKeys else { return nil }
        return IssuerIdentity(
            provider: .static,
            issuer: issuer,
            audiences: audiences,
            keySet: nil,
            secret: nil,
            cookie: cookie.map(SessionCookie.bare)
        )
    }

    /// A preset or the mapping in full: exactly one of them.
    private func assuranceMapping() -> AssuranceMapping? {
        let preset = self.word("preset", of: OIDCPreset.self)
        let spelledOut = self.section("assurance").map { $0.assurance() }
        switch (self.has("preset"), self.has("assurance")) {
        case (true, true):
            self.report(
                .contradiction,
                "assurance",
                "`assurance` beside `preset`: only one can say what a second factor looks like"
            )
            return nil
        case (false, false):
            self.report(
                .missingKey,
                "provider",
                "an oidc issuer needs `preset` or `assurance`",
                help: "write `assurance: {claim: acr, aal2: [\"…\"]}`"
            )
            return nil
        case (true, false): return preset?.assurance
        case (false, true): return spelledOut.flatMap(\.self)
        }
    }

    private func assurance() -> AssuranceMapping? {
        let claim = self.required("claim", example: "acr") ? self.claimPath("claim") : nil
        let values = self.texts("aal2").map(\.value)
        let age = self.claimPath("age")
        if self.required("aal2", example: "[mfa]"), values.isEmpty {
            self.report(.badValue, "aal2", "`aal2` lists no value, so nobody could ever reach it")
        }
        self.finish()
        guard let claim, !values.isEmpty else { return nil }
        return AssuranceMapping(claim: claim, aal2: values, age: age, preset: nil)
    }
}
