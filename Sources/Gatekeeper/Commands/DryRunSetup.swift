internal import JSON
internal import PolicyDSL
internal import TokenVerify

/// Loads what a dry run needs: policies, issuers and keys, from flags or a configuration.
enum DryRunSetup {
    /// - `readsTokens`: whether compact tokens will be verified, so that keys are needed.
    static func load(
        _ options: CheckOptions,
        readsTokens: Bool,
        format: ResultFormat
    ) async throws -> DryRun {
        guard let path = options.config else { return try Self.fromFlags(options, format: format) }
        return try await Self.fromConfiguration(
            try ConfigurationLoading.load(path, format: format),
            options: options,
            readsTokens: readsTokens,
            format: format
        )
    }

    /// Loads what a dry run needs and runs `body` with it, and with a way to complete samples:
    /// by the directory with `--live`, else by nothing.
    static func with<Value>(
        _ options: CheckOptions,
        readsTokens: Bool,
        format: ResultFormat,
        _ body: (DryRun, LiveDirectory?) async throws -> Value
    ) async throws -> Value {
        let run = try await Self.load(options, readsTokens: readsTokens, format: format)
        guard options.live, let path = options.config else { return try await body(run, nil) }
        let configuration = try ConfigurationLoading.load(path, format: format)
        return try await LiveDirectory.with(configuration) { live in
            try await body(run, live)
        }
    }

    private static func fromFlags(_ options: CheckOptions, format: ResultFormat) throws -> DryRun {
        let policies = try PolicyLoading.load(options.policy, format: format)
        let profile = try options.profile()
        var issuers: [SampleIssuers.Issuer] = []
        if options.jwks != nil || options.secret != nil {
            issuers.append(
                SampleIssuers.Issuer(
                    profile: profile,
                    keys: try KeyFile.read(jwks: options.jwks, secret: options.secret),
                    expectations: TokenExpectations()
                )
            )
        } else if options.token != nil, !options.unverified {
            throw CommandFailure(
                "--token needs keys: --jwks FILE, --secret FILE or --config FILE; "
                    + "--unverified believes it without"
            )
        }
        return DryRun(
            policies: policies,
            issuers: SampleIssuers(
                issuers: issuers,
                fallback: profile,
                allowsUnverified: options.unverified
            ),
            answers: AnswerWriter(policies: policies),
            routes: RouteTable()
        )
    }

    // Claims that name no configured issuer are read as the only one writes them.
    private static func fallback(
        _ options: CheckOptions,
        issuers: [SampleIssuers.Issuer]
    ) throws(CommandFailure) -> ProviderProfile {
        guard options.provider == nil, issuers.count == 1, let only = issuers.first else {
            return try options.profile()
        }
        return only.profile
    }

    private static func fromConfiguration(
        _ configuration: Configuration,
        options: CheckOptions,
        readsTokens: Bool,
        format: ResultFormat
    ) async throws -> DryRun {
        let policies = try PolicyLoading.load([configuration.policy], format: format)
        let keys = readsTokens ? try await KeyLoading.keys(of: configuration.issuers) : []
        let issuers = configuration.issuers.enumerated().map { index, issuer in
            SampleIssuers.Issuer(
                profile: issuer.provider.profile,
                name: issuer.issuer,
                keys: keys.indices.contains(index) ? keys[index] : nil,
                expectations: TokenExpectations(of: issuer, limits: configuration.limits),
                rules: IssuerRules(issuer, index: index, limits: configuration.limits)
            )
        }
        return DryRun(
            policies: policies,
            issuers: SampleIssuers(
                issuers: issuers,
                fallback: try Self.fallback(options, issuers: issuers),
                allowsUnverified: options.unverified
            ),
            answers: AnswerWriter(policies: policies, configuration: configuration),
            routes: RouteTable(
                routes: configuration.routes,
                defaultStyle: configuration.answer
            )
        )
    }
}
