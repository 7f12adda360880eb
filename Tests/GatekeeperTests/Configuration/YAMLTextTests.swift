import JSON
import Testing

@testable import Gatekeeper

@Suite struct YAMLTextTests {
    @Test(
        "a text that YAML would read otherwise is quoted",
        arguments: [
            ("plain", "plain"), ("/a/b.c", "/a/b.c"), ("https://a.test:1/x", "https://a.test:1/x"),
            ("10s", "10s"), ("32KiB", "32KiB"), ("", "\"\""), ("true", "\"true\""),
            ("No", "\"No\""), ("12", "\"12\""), ("1.5", "\"1.5\""), ("0x10", "\"0x10\""),
            ("a: b", "\"a: b\""), ("a:", "\"a:\""), ("a #b", "\"a #b\""), ("*.a", "\"*.a\""),
            ("- a", "\"- a\""), ("a\nb", "\"a\\nb\""), ("{a}", "\"{a}\""),
            ("<hidden>", "\"<hidden>\""),
            ("${NAME}", "\"${NAME}\""), ("null", "\"null\""), ("::1/128", "\"::1/128\""),
        ]
    )
    func quoting(text: String, expected: String) {
        let yaml = YAMLText.render(["key": .string(text)])
        #expect(yaml == "key: \(expected)\n")
    }

    @Test("mappings and lists of mappings stand in blocks, words on one line")
    func layout() {
        let yaml = YAMLText.render([
            "words": ["a", "b"],
            "none": [],
            "nothing": .null,
            "section": ["number": 1, "share": 0.5, "flag": true],
            "items": [["name": "x", "inner": ["y": 1]], ["name": "z"]],
        ])
        #expect(
            yaml == """
                words: [a, b]
                none: []
                nothing: null
                section:
                  number: 1
                  share: 0.5
                  flag: true
                items:
                  - name: x
                    inner:
                      y: 1
                  - name: z

                """
        )
    }

    @Test("the printed configuration is this")
    func printed() throws {
        let text = ConfigurationFixture.minimal(
            "directory: {source: issuer}",
            issuer: ConfigurationFixture.supabase
        )
        let configuration = try #require(ConfigurationFixture.load(text).configuration)
        #expect(
            configuration.yaml == """
                listen: "127.0.0.1:8080"
                admin: "127.0.0.1:8081"
                upstream: http://127.0.0.1:3000
                tls: null
                http2:
                  enabled: true
                  max_streams: 100
                  max_resets: 200
                  max_control_frames: 1000
                proxy_protocol: false
                public_url: null
                policy: /etc/gatekeeper/app.policy
                issuers:
                  - provider: supabase
                    url: https://abcdefghijkl.supabase.co
                    issuer: https://abcdefghijkl.supabase.co/auth/v1
                    api_key: "${SECRET}"
                    audience: [authenticated]
                    jwks: https://abcdefghijkl.supabase.co/auth/v1/.well-known/jwks.json
                    cookie: sb-abcdefghijkl-auth-token
                    token_type: jwt
                    keys:
                      max_stale: 1h
                    cross_site: refuse
                    leeway: 30s
                    forward_cookie: true
                directory:
                  source: issuer
                  ttl: 30s
                  negative_ttl: 5s
                  max_stale: 5m
                  timeout: 2s
                  max_bytes: 1MiB
                pages:
                  name: null
                  logo: null
                  color: "#2f5bd7"
                  support: null
                  factors: [totp]
                  channels: [sms]
                  cookie:
                    domain: null
                    http_only: false
                answer: redirect
                allowed_origins: []
                return_to: return_to
                routes: []
                trusted_proxies: []
                log:
                  decisions: all
                  sample_allow: 1.0
                  file: null
                  subjects: plain
                limits:
                  header_bytes: 32KiB
                  token_bytes: 16KiB
                  cookie_chunks: 10
                  header_read_timeout: 10s
                  idle_timeout: 1m
                  connect_timeout: 5s
                  response_timeout: 1m
                  drain_timeout: 10s
                  client_connections: null
                  client_requests_per_second: null
                  client_burst: null

                """
        )
    }
}
