internal import JSON
internal import PolicyDSL
internal import TokenVerify

extension IssuerConfiguration {
    var document: JSONValue {
        var members: JSONObject = ["provider": .string(self.provider.name.rawValue)]
        switch self.provider {
        case .supabase(let project): self.describe(project, in: &members)
        case .clerk(let instance): instance.describe(in: &members)
        case .oidc(let mapping):
            members["issuer"] = .string(self.issuer)
            mapping.describe(in: &members)
        case .static: members["issuer"] = .string(self.issuer)
        }
        if !self.audiences.isEmpty {
            members["audience"] = .array(self.audiences.map { .string($0) })
        }
        members["jwks"] = self.keySetText.map { .string($0) }
        members["cookie"] = self.cookieName.map { .string($0) }
        if let algorithms = self.algorithms {
            let words = algorithms.map(\.rawValue).sorted()
            members["algorithms"] = .array(words.map { .string($0) })
        }
        members["token_type"] = .string(self.tokenType == .accessToken ? "at+jwt" : "jwt")
        members["keys"] = .object(["max_stale": .duration(self.keysMaxStale)])
        members["cross_site"] = .string(self.crossSite.rawValue)
        members["leeway"] = .duration(self.leeway)
        members["forward_cookie"] = .bool(self.forwardsCookie)
        return .object(members)
    }

    private func describe(_ project: SupabaseProject, in members: inout JSONObject) {
        members["url"] = .string(project.url.description)
        members["issuer"] = .string(self.issuer)
        members["api_key"] = project.apiKey.map { .secret($0) }
        members["secret_key"] = project.secretKey.map { .secret($0) }
        members["jwt_secret"] = self.keySources.secret.map { .secret($0) }
    }

    // Discovery follows from the issuer, so that there is nothing to print.
    private var keySetText: String? {
        switch self.keySources.keySet {
        case .url(let url): url.description
        case .file(let path): path
        case .discovery, nil: nil
        }
    }

    private var cookieName: String? {
        switch self.cookie {
        case .supabase(let name), .bare(let name): name
        case .clerk, nil: nil
        }
    }
}

extension ClerkInstance {
    fileprivate func describe(in members: inout JSONObject) {
        members["publishable_key"] = .string(self.publishableKey)
        members["secret_key"] = self.secretKey.map { .secret($0) }
        members["authorized_parties"] = .array(self.authorizedParties.map { .string($0) })
        members["expired"] = .string(self.expired.rawValue)
        members["frontend_api"] = .string(self.frontendAPI.description)
        members["backend_api"] = .string(self.backendAPI.description)
    }
}

extension AssuranceMapping {
    fileprivate func describe(in members: inout JSONObject) {
        if let preset = self.preset {
            members["preset"] = .string(preset.rawValue)
            return
        }
        var mapping: JSONObject = [
            "claim": .string(self.claim.description),
            "aal2": .array(self.aal2.map { .string($0) }),
        ]
        mapping["age"] = self.age.map { .string($0.description) }
        members["assurance"] = .object(mapping)
    }
}
