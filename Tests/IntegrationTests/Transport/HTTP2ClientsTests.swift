import NIOCore
import Testing

@testable import Gatekeeper

/// Programs that speak HTTP/2, on either side.
@Suite(.timeLimit(.minutes(2))) struct HTTP2ClientsTests {
    @Test("curl, with prior knowledge and over TLS")
    func curl() async throws {
        let authority = try await TestAuthority.create()
        let server = try await authority.issue("app.example")
        try await Gate.run(try GateSetup()) { gate in
            let answer = try await Curl.get(
                "http",
                gate.sidecar.addresses.first,
                "/public/x",
                ["--http2-prior-knowledge", "--data", String(repeating: "a", count: 100_000)]
            )
            // Visitors may only read there.
            #expect(answer.version == "2" && answer.status == 401, "\(answer.text)")
        }
        let tls = "tls: {certificate: \(server.certificate), key: \(server.key)}"
        for (more, version) in [("", "2"), ("\nhttp2: {enabled: false}", "1.1")] {
            try await Gate.run(try GateSetup(settings: tls + more)) { gate in
                let answer = try await Curl.get(
                    "https",
                    gate.sidecar.addresses.first,
                    "/public/x",
                    ["--http2", "--cacert", authority.certificate]
                )
                #expect(answer.version == version && answer.status == 200, "\(answer.text)")
            }
        }
    }

    @Test("a browser's navigation is redirected over HTTP/2 as over HTTP/1.1")
    func redirect() async throws {
        try await Gate.run { gate in
            let answer = try await Curl.get(
                "http",
                gate.sidecar.addresses.first,
                "/admin/x",
                [
                    "--http2-prior-knowledge", "-H",
                    "Authorization: Bearer \(try gate.issuer.token())",
                ]
            )
            #expect(answer.status == 302, "\(answer.text)")
            #expect(
                answer.text.contains(
                    "location: https://app.example/mfa/setup?return_to=%2Fadmin%2Fx"
                )
            )
        }
    }

    @Test("h2load finds every request answered")
    func h2load() async throws {
        try await Gate.run { gate in
            let port = gate.sidecar.addresses.first?.port ?? 0
            let result = try await ChildProcess.run(
                "/usr/bin/h2load",
                ["-n", "2000", "-c", "4", "-m", "20", "http://127.0.0.1:\(port)/public/x"]
            )
            #expect(result.output.contains("2000 succeeded, 0 failed"), "\(result.output)")
        }
    }

    @Test("nginx is served HTTP/2 with prior knowledge, and over TLS", arguments: [true, false])
    func nginx(isTLS: Bool) async throws {
        let authority = try await TestAuthority.create()
        let identity = try await authority.issue("app.internal")
        let tls = """
            ssl_certificate \(identity.certificate);
            ssl_certificate_key \(identity.key);
            """
        try await Nginx.run(
            listen: isTLS ? "ssl http2" : "http2",
            """
            \(isTLS ? tls : "")
            location / { return 200 "$server_protocol $http_x_gatekeeper_class"; }
            """
        ) { nginx in
            let scheme = isTLS ? "https" : "http"
            let upstream =
                "{servers: '\(scheme)://127.0.0.1:\(nginx.port)', protocol: h2"
                + (isTLS ? ", tls: {ca: \(authority.certificate)}}" : "}")
            try await Gate.run(try GateSetup(settings: "upstream: \(upstream)")) { gate in
                for _ in 0..<3 {
                    let answer = try await gate.get("/public/x")
                    #expect(answer.status == 200 && answer.body == "HTTP/2.0 visitor", "\(answer)")
                }
                let head = try await gate.request("HEAD", "/public/x")
                #expect(head.status == 200 && head.body == "")
                let missing = try await gate.request(
                    "GET",
                    "/public/x",
                    ["Upgrade: websocket", "Connection: upgrade"]
                )
                #expect(missing.status == 502)
            }
        }
    }
}
