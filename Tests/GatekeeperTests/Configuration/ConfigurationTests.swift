import HTTPMessage
import PolicyDSL
import Testing
import TokenVerify

@testable import Gatekeeper

@Suite struct ConfigurationTests {
    private func configuration(_ text: String) throws -> Configuration {
        let loaded = ConfigurationFixture.load(text)
        let problems = loaded.problems.map { $0.plain(in: loaded.source) }
        return try #require(loaded.configuration, "\(problems)")
    }

    @Test("what is not said has the documented default")
    func defaults() throws {
        let configuration = try self.configuration(ConfigurationFixture.minimal())
        #expect(configuration.listen == .tcp(host: "127.0.0.1", port: 8_080))
        #expect(configuration.admin == .tcp(host: "127.0.0.1", port: 8_081))
        #expect(configuration.publicURL == nil)
        #expect(configuration.policy == "/etc/gatekeeper/app.policy")
        #expect(configuration.directory == nil)
        #expect(configuration.answer == .redirect)
        #expect(configuration.returnTo == "return_to")
        #expect(configuration.log.decisions == .all)
        #expect(configuration.log.sampleAllow == 1)
        #expect(configuration.log.file == nil)
        #expect(configuration.limits.headerBytes == 32 << 10)
        #expect(configuration.limits.tokenBytes == 16 << 10)
        #expect(configuration.limits.cookieChunks == 10)
        #expect(configuration.limits.headerReadTimeout == .seconds(10))
        #expect(configuration.limits.drainTimeout == .seconds(10))
        let issuer = try #require(configuration.issuers.first)
        #expect(issuer.leeway == .seconds(30))
        #expect(issuer.keysMaxStale == .seconds(3_600))
        #expect(issuer.crossSite == .refuse)
        #expect(issuer.forwardsCookie)
        #expect(issuer.algorithms == nil)
        #expect(issuer.cookie == nil)
        #expect(issuer.keySources.keySet == .file("/etc/gatekeeper/keys.json"))
    }

    @Test("a directory has the documented defaults")
    func directoryDefaults() throws {
        let text = ConfigurationFixture.minimal("directory: {source: file, path: users.json}")
        let directory = try #require(try self.configuration(text).directory)
        #expect(directory.source == .file(path: "/etc/gatekeeper/users.json"))
        #expect(directory.ttl == .seconds(30))
        #expect(directory.negativeTTL == .seconds(5))
        #expect(directory.maxStale == .seconds(300))
        #expect(directory.timeout == .seconds(2))
        #expect(directory.maxBytes == 1 << 20)
    }

    @Test("a Supabase issuer follows from the project's URL")
    func supabase() throws {
        let text = ConfigurationFixture.minimal(issuer: ConfigurationFixture.supabase)
        let issuer = try #require(try self.configuration(text).issuers.first)
        let project = "https://abcdefghijkl.supabase.co"
        #expect(issuer.issuer == "\(project)/auth/v1")
        #expect(issuer.audiences == ["authenticated"])
        #expect(issuer.cookie == .supabase(name: "sb-abcdefghijkl-auth-token"))
        let keys = try #require(WebURL("\(project)/auth/v1/.well-known/jwks.json"))
        #expect(issuer.keySources == KeySources(keySet: .url(keys), secret: nil))
    }

    @Test(
        "the cookie is named after the first label of the host",
        arguments: [
            ("https://auth.acme.test", "sb-auth-auth-token"),
            ("http://127.0.0.1:54321", "sb-127-auth-token"),
            ("http://localhost:54321/", "sb-localhost-auth-token"),
        ]
    )
    func supabaseCookie(url: String, cookie: String) throws {
        let text = ConfigurationFixture.minimal(issuer: "  - {provider: supabase, url: \(url)}")
        let issuer = try #require(try self.configuration(text).issuers.first)
        #expect(issuer.cookie == .supabase(name: cookie))
    }

    @Test("a project that signs with the secret alone needs no key set")
    func symmetricOnly() throws {
        let lines = "\n    jwt_secret: ${SECRET}\n    algorithms: HS256"
        let text = ConfigurationFixture.minimal(issuer: ConfigurationFixture.supabase + lines)
        let issuer = try #require(try self.configuration(text).issuers.first)
        #expect(issuer.keySources.keySet == nil)
        #expect(issuer.keySources.secret?.value == ConfigurationFixture.environment["SECRET"])
        #expect(issuer.algorithms == [.hs256])
    }

    @Test("a Clerk issuer follows from the publishable key")
    func clerk() throws {
        let configuration = try self.configuration(ConfigurationFixture.everything)
        let issuer = configuration.issuers[1]
        #expect(issuer.issuer == "https://clerk.example.test")
        #expect(issuer.cookie == .clerk)
        let keys = try #require(WebURL("https://clerk.example.test/.well-known/jwks.json"))
        #expect(issuer.keySources.keySet == .url(keys))
    }

    @Test("an issuer tells the verifier what to expect")
    func expectations() throws {
        let configuration = try self.configuration(ConfigurationFixture.everything)
        let expected = configuration.issuers[0].expectations(maximumTokenBytes: 8_192)
        #expect(expected.issuer == "https://auth.example.com/auth/v1")
        #expect(expected.audiences == ["authenticated"])
        #expect(expected.algorithms == [.hs256, .es256])
        #expect(expected.leeway == 10)
        #expect(expected.limits.maximumBytes == 8_192)
        #expect(expected.tokenType == .anyJWT)
    }

    @Test("routes, networks and the rest are read as they stand")
    func everything() throws {
        let configuration = try self.configuration(ConfigurationFixture.everything)
        #expect(configuration.listen == .unix(path: "/run/gatekeeper.sock"))
        #expect(configuration.upstream.servers.map(\.usesTLS) == [true, false])
        #expect(configuration.tls?.clientCertificate == .optional)
        #expect(configuration.takesProxyProtocol)
        #expect(configuration.routes[0].accepted == [.encodedSlash, .httpMethodOverride])
        #expect(configuration.routes[0].answer == .challenge)
        #expect(
            configuration.trustedProxies.map { $0.description } == [
                "10.0.0.0/8", "0:0:0:0:0:0:0:1/128",
            ]
        )
        #expect(configuration.log.subjects == .hashed)
        #expect(configuration.log.file == "/etc/gatekeeper/decisions.log")
        guard case .http(let source) = configuration.directory?.source else {
            Issue.record("expected an HTTP directory")
            return
        }
        var paths = UserPaths()
        paths.id = ClaimPath(["profile", "id"])
        paths.created = ClaimPath(["profile", "created"])
        paths.factors = ClaimPath(["profile", "second factors"])
        #expect(source.shape == .user(paths))
        #expect(
            source.url.url(for: "a/b ü").description == "https://users.example.com/a%2Fb%20%C3%BC"
        )
        #expect(
            source.headers.map { $0.value.value } == ["Bearer 0123456789abcdef0123456789abcdef"]
        )
    }

    @Test("a preset is its mapping", arguments: OIDCPreset.allCases)
    func presets(_ preset: OIDCPreset) throws {
        let text = ConfigurationFixture.minimal(
            issuer: "  - {provider: oidc, issuer: https://id.test, audience: a, preset: \(preset)}"
        )
        let issuer = try #require(try self.configuration(text).issuers.first)
        #expect(issuer.provider == .oidc(preset.assurance))
        #expect(!preset.assurance.aal2.isEmpty)
        let discovery = try #require(WebURL("https://id.test"))
        #expect(issuer.keySources.keySet == .discovery(discovery))
    }

    @Test("printing hides secrets and is read back as the same")
    func printing() throws {
        let configuration = try self.configuration(ConfigurationFixture.everything)
        let printed = configuration.yaml
        for secret in ConfigurationFixture.environment.values where !secret.isEmpty {
            #expect(!printed.contains(secret))
        }
        #expect(!printed.contains("from-a-file"))
        #expect(try self.configuration(printed) == configuration)
    }

    @Test("a literal secret is never printed or described")
    func literalSecret() throws {
        let line = "\n    secret_key: sb_secret_literal"
        let text = ConfigurationFixture.minimal(issuer: ConfigurationFixture.supabase + line)
        let configuration = try self.configuration(text)
        #expect(!configuration.yaml.contains("sb_secret_literal"))
        #expect(!"\(configuration)".contains("sb_secret_literal"))
        #expect(!String(reflecting: configuration).contains("sb_secret_literal"))
    }

    @Test("what the policy set needs is asked of the configuration")
    func policyChecks() {
        let loaded = ConfigurationFixture.load(ConfigurationFixture.minimal())
        let requirements = PolicyRequirements(
            factPolicies: ["new-users-only"],
            pages: [
                .init(remedy: "sign-in", location: .path("/login"), obstacle: nil),
                .init(remedy: "step-up", location: .url("http://app.test/mfa"), obstacle: nil),
                .init(remedy: "enroll", location: .path("/.gatekeeper/x"), obstacle: nil),
                .init(remedy: "enroll", location: .builtin, obstacle: "`lock` denies it"),
            ]
        )
        let rules = loaded.problems(with: requirements).map { $0.rule }
        #expect(rules == [.missingDirectory, .exposedURL, .deadPage, .deadPage])
        let withDirectory = ConfigurationFixture.load(
            ConfigurationFixture.minimal("directory: {source: file, path: users}")
        )
        let none = PolicyRequirements(factPolicies: ["new-users-only"], pages: [])
        #expect(withDirectory.problems(with: none).isEmpty)
    }

    struct File: Sendable {
        let directory: String
        let keys: String
        let rules: [ConfigurationRule]
        var says = ""
    }

    @Test(
        "the files that a configuration names are looked at",
        arguments: [
            File(directory: "users", keys: "keys", rules: []),
            File(directory: "absent", keys: "keys", rules: [.missingFile]),
            File(directory: "users", keys: "absent", rules: [.missingFile]),
            File(
                directory: "bad-users",
                keys: "keys",
                rules: [.brokenFile],
                says: "user `bob`: `created_at` is not an RFC 3339 time"
            ),
            File(directory: "bad-users", keys: "users", rules: [.brokenFile, .brokenFile]),
        ]
    )
    func files(_ row: File) throws {
        let loaded = ConfigurationFixture.load(
            ConfigurationFixture.minimal(
                "directory: {source: file, path: \(row.directory)}",
                issuer: "  - {provider: static, issuer: https://i.test, audience: a, "
                    + "jwks: \(row.keys)}"
            )
        )
        let problems = loaded.problemsOfFiles(ConfigurationFixture.surroundings)
        #expect(problems.map { $0.rule } == row.rules)
        for problem in problems {
            #expect(
                ["\(row.directory)", "\(row.keys)"].contains(loaded.source.text(of: problem.span))
            )
        }
        #expect(problems.contains { $0.message.contains(row.says) } || row.says.isEmpty)
    }
}
