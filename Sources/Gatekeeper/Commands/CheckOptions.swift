internal import ArgumentParser
internal import JSON
internal import PolicyDSL
internal import TokenVerify

/// What `check` and `explain` are told: policies, who is asking, and for what.
struct CheckOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A policy file or folder; repeat for one set of several.",
            valueName: "path"
        )
    )
    var policy: [String] = []

    @Option(help: "Takes policies, issuers, keys and answers from a configuration file.")
    var config: String?

    @Option(help: "A file with a compact JWT; `-` is standard input.")
    var token: String?

    @Option(help: "A file with a decoded claims set: no signature or time check.")
    var claims: String?

    @Option(help: "Facts of the user, shaped like Supabase's `GET /user`; or `none`.")
    var user: String?

    @Flag(help: "Asks the directory of --config about the user.")
    var live = false

    @Option(help: "A JSON Web Key Set, a single JWK, or PEM public keys for --token.")
    var jwks: String?

    @Option(help: "A file that holds an HMAC secret for --token.")
    var secret: String?

    @Flag(help: "Believes --token without keys.")
    var unverified = false

    @Option(help: "\"METHOD target\", such as \"POST /payments/transfer\".")
    var request = "GET /"

    @Option(help: "The host of the request; unknown unless given.")
    var host: String?

    @Option(help: "The moment of the decision; now unless given.")
    var at: InstantArgument?

    @Option(help: "How claims are read: supabase, clerk, oidc or static.")
    var provider: ProviderArgument?

    @Option(
        help:
            "The OpenID Connect preset: \(OIDCPreset.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    var preset: PresetArgument?

    @Option(help: "claim=PATH,aal2=VALUE[,aal2=VALUE…][,age=PATH] for oidc.")
    var assurance: AssuranceArgument?

    func validate() throws {
        guard !self.policy.isEmpty || self.config != nil else {
            throw ValidationError("name the policies: --policy FILE or --config FILE")
        }
        guard self.policy.isEmpty || self.config == nil else {
            throw ValidationError("--config brings its own policies; leave --policy out")
        }
        guard self.token == nil || self.claims == nil else {
            throw ValidationError("name either --token or --claims")
        }
        guard !self.live || self.config != nil else {
            throw ValidationError("--live asks the directory of a configuration: name --config")
        }
        guard !self.live || self.user == nil else {
            throw ValidationError("name either --live or --user")
        }
        guard self.jwks == nil || self.secret == nil else {
            throw ValidationError("name either --jwks or --secret")
        }
        guard self.preset == nil || self.assurance == nil else {
            throw ValidationError("name either --preset or --assurance")
        }
    }

    var now: Instant { self.at?.instant ?? .now }

    /// How claims are read where no configured issuer says so.
    func profile() throws(CommandFailure) -> ProviderProfile {
        switch self.provider?.name ?? .supabase {
        case .supabase, .static: return .supabase
        case .clerk: return .clerk()
        case .oidc:
            guard let mapping = self.preset?.preset.assurance ?? self.assurance?.mapping else {
                throw CommandFailure("--provider oidc needs --preset or --assurance")
            }
            return .openIDConnect(mapping)
        }
    }

    /// The sample that the flags describe.
    func sample() throws(CommandFailure) -> DryRun.Case {
        let parts = self.request.split(separator: " ", maxSplits: 1)
        guard let method = parts.first, let target = parts.last, parts.count == 2 else {
            throw CommandFailure("--request must be \"METHOD target\", such as \"GET /admin\"")
        }
        return DryRun.Case(
            token: try self.sampleToken(),
            directory: try SampleUser.read(self.user, at: self.now),
            factOrigin: self.user.map { FactOrigin(source: $0 == "none" ? "--user" : $0) },
            method: String(method),
            target: String(target),
            host: self.host,
            at: self.now
        )
    }

    private func sampleToken() throws(CommandFailure) -> SampleToken {
        if let path = self.token {
            return .compact(VerifyCommand.trimmed(try InputFile.read(path)))
        }
        return try self.claims.map { path throws(CommandFailure) in
            .claims(try InputFile.read(path))
        } ?? .absent
    }
}

/// A provider named on the command line.
struct ProviderArgument: ExpressibleByArgument {
    let name: IssuerConfiguration.ProviderName

    init?(argument: String) {
        guard let name = IssuerConfiguration.ProviderName(rawValue: argument) else { return nil }
        self.name = name
    }
}

/// An OpenID Connect preset named on the command line.
struct PresetArgument: ExpressibleByArgument {
    let preset: OIDCPreset

    init?(argument: String) {
        guard let preset = OIDCPreset(rawValue: argument) else { return nil }
        self.preset = preset
    }
}

/// An assurance mapping spelled out on the command line.
struct AssuranceArgument: ExpressibleByArgument {
    let mapping: AssuranceMapping

    init?(argument: String) {
        var claim: ClaimPath?
        var age: ClaimPath?
        var accepted: [String] = []
        for part in argument.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, let name = pair.first, let value = pair.last.map(String.init)
            else { return nil }
            switch name {
            case "claim": claim = ClaimPathSyntax.parse(value)
            case "age": age = ClaimPathSyntax.parse(value)
            case "aal2": accepted.append(value)
            default: return nil
            }
        }
        guard let claim, !accepted.isEmpty else { return nil }
        self.mapping = AssuranceMapping(claim: claim, aal2: accepted, age: age, preset: nil)
    }
}
