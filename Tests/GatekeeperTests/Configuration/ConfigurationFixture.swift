@testable import Gatekeeper

/// Configurations without files and without an environment of their own.
enum ConfigurationFixture {
    static let environment = [
        "SECRET": "0123456789abcdef0123456789abcdef",
        "URL": "https://abc.supabase.co",
        "EMPTY": "",
    ]

    static let files: [String: [UInt8]] = [
        "/etc/gatekeeper/key": Array("from-a-file\n".utf8),
        "/etc/gatekeeper/empty": [],
        "/etc/gatekeeper/keys": Array(KeyFixture.set("a").utf8),
        "/etc/gatekeeper/users": Array(#"{"ada":{}}"#.utf8),
        "/etc/gatekeeper/bad-users": Array(#"{"bob":{"created_at":"soon"}}"#.utf8),
    ]

    private struct NoSuchFile: Error {}

    static var surroundings: ConfigurationSurroundings {
        ConfigurationSurroundings(
            environment: { Self.environment[$0] },
            contents: { path in
                guard let bytes = Self.files[path] else { throw NoSuchFile() }
                return bytes
            }
        )
    }

    static func load(_ text: String) -> LoadedConfiguration {
        LoadedConfiguration(
            text: Array(text.utf8),
            name: "gatekeeper.yaml",
            folder: "/etc/gatekeeper",
            surroundings: Self.surroundings
        )
    }

    /// The smallest configuration, with `extra` lines behind it.
    static func minimal(_ extra: String = "", issuer: String = Self.staticIssuer) -> String {
        """
        upstream: http://127.0.0.1:3000
        policy: app.policy
        issuers:
        \(issuer)
        \(extra)
        """
    }

    static let staticIssuer =
        "  - {provider: static, issuer: https://issuer.example.com, audience: [api], jwks: keys.json}"

    static let supabase = """
          - provider: supabase
            url: https://abcdefghijkl.supabase.co
            api_key: ${SECRET}
        """

    /// Every provider, with every key it has.
    static let everything = """
        listen: unix:/run/gatekeeper.sock
        admin: 127.0.0.1:9081
        upstream:
          servers: [https://app.internal:8443, unix:/run/app.sock]
          protocol: h2
          balance: round-robin
          tls: {ca: ca.pem, server_name: app.internal, certificate: own.pem, key: own.key}
          health: {path: /healthz, interval: 10s, timeout: 1s, healthy_after: 1, unhealthy_after: 5}
          ejection: {after: 3, for: 30s}
        tls: {certificate: tls.crt, key: tls.key, client_ca: clients.pem,
              client_certificate: optional, min_version: "1.3"}
        http2: {enabled: true, max_streams: 50, max_resets: 100, max_control_frames: 500}
        proxy_protocol: true
        public_url: https://app.example.com
        policy: policies
        issuers:
          - provider: supabase
            url: https://abcdefghijkl.supabase.co
            issuer: https://auth.example.com/auth/v1
            audience: authenticated
            api_key: ${SECRET}
            secret_key: file:key
            jwt_secret: ${SECRET}
            cookie: sb-app-auth-token
            algorithms: [HS256, ES256]
            token_type: jwt
            keys: {max_stale: 2h}
            cross_site: refuse
            leeway: 10s
            forward_cookie: false
          - provider: clerk
            publishable_key: pk_test_Y2xlcmsuZXhhbXBsZS50ZXN0JA
            secret_key: ${SECRET}
            authorized_parties: [https://app.example.com]
            expired: handshake
            backend_api: https://api.clerk.com
          - provider: oidc
            issuer: https://id.example.com
            audience: [api]
            preset: okta
          - provider: oidc
            issuer: https://other.example.com
            audience: [api]
            assurance: {claim: acr, aal2: ["urn:example:2fa"], age: auth_time}
            cookie: access_token
          - provider: static
            issuer: https://issuer.example.com
            audience: [api]
            jwks: keys.json
        directory:
          source: http
          url: https://users.example.com/{subject}
          headers: {Authorization: "Bearer ${SECRET}"}
          id: profile.id
          created_at: profile.created
          factors: profile."second factors"
          ttl: 10s
          negative_ttl: 1s
          max_stale: 1m
          timeout: 500ms
          max_bytes: 64KiB
        pages:
          name: Example
          logo: logo.svg
          color: "#0b57d0"
          support: mailto:help@example.com
          factors: [totp, phone]
          channels: [sms, whatsapp]
          cookie: {domain: example.com, http_only: true}
        answer: negotiate
        allowed_origins: [https://admin.example.com]
        return_to: next
        routes:
          - {match: /ws/**, answer: challenge, accept: [encoded-slash, x-http-method-override]}
        trusted_proxies: [10.0.0.0/8, "::1"]
        log: {decisions: refusals, sample_allow: 0.5, file: decisions.log, subjects: hashed}
        limits: {header_bytes: 64KiB, token_bytes: 8KiB, cookie_chunks: 5, header_read_timeout: 5s,
                 idle_timeout: 30s, connect_timeout: 1s, response_timeout: 2m, drain_timeout: 20s,
                 client_connections: 100, client_requests_per_second: 50, client_burst: 200}
        """
}
