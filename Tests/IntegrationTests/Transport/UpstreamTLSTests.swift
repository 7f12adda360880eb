import Testing

@testable import Gatekeeper

/// A real nginx on the other side.
@Suite(.timeLimit(.minutes(2))) struct UpstreamTLSTests {
    private let authority: TestAuthority
    private let server: TestAuthority.Identity
    private let named: TestAuthority.Identity

    init() async throws {
        self.authority = try await TestAuthority.create()
        self.server = try await self.authority.issue("app.internal")
        self.named = try await self.authority.issue("app.internal", address: false)
    }

    private func nginx(
        _ more: String = "",
        showing identity: TestAuthority.Identity? = nil,
        _ body: (Nginx) async throws -> Void
    ) async throws {
        try await Nginx.run(
            listen: "ssl",
            """
            ssl_certificate \((identity ?? self.server).certificate);
            ssl_certificate_key \((identity ?? self.server).key);
            \(more)
            location / { return 200 "name=$ssl_server_name client=$ssl_client_s_dn"; }
            """,
            body
        )
    }

    private func ask(_ upstream: String) async throws -> HTTPAnswer {
        var answer: HTTPAnswer?
        try await Gate.run(try GateSetup(settings: "upstream: \(upstream)")) { gate in
            answer = try await gate.get("/public/x")
        }
        return try #require(answer)
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// The keys of `upstream.tls`, `CA` standing for the authority's file.
        let tls: String
        let status: Int
    }

    @Test(
        "a server is believed if its certificate is signed and names it",
        arguments: [
            Row(testDescription: "signed", tls: "{ca: CA, server_name: app.internal}", status: 200),
            Row(testDescription: "by address", tls: "{ca: CA}", status: 502),
            Row(testDescription: "unsigned", tls: "{server_name: app.internal}", status: 502),
            Row(
                testDescription: "misnamed",
                tls: "{ca: CA, server_name: db.internal}",
                status: 502
            ),
        ]
    )
    func verification(_ row: Row) async throws {
        try await self.nginx(showing: self.named) { nginx in
            let tls = row.tls.replacing("CA", with: self.authority.certificate)
            let answer = try await self.ask(
                "{servers: ['https://127.0.0.1:\(nginx.port)'], tls: \(tls)}"
            )
            #expect(answer.status == row.status)
            if row.status == 200 { #expect(answer.text.contains("name=app.internal")) }
        }
    }

    @Test("a certificate may name the server's address")
    func address() async throws {
        try await self.nginx { nginx in
            let answer = try await self.ask(
                "{servers: ['https://127.0.0.1:\(nginx.port)'], "
                    + "tls: {ca: \(self.authority.certificate)}}"
            )
            #expect(answer.status == 200)
        }
    }

    @Test("a server that wants to know its client is shown the certificate")
    func clientCertificate() async throws {
        let client = try await self.authority.issue("gatekeeper")
        let more =
            "ssl_verify_client on; ssl_client_certificate \(self.authority.certificate);"
        try await self.nginx(more) { nginx in
            let servers = "servers: ['https://127.0.0.1:\(nginx.port)']"
            let authority = "ca: \(self.authority.certificate)"
            let unknown = try await self.ask("{\(servers), tls: {\(authority)}}")
            #expect(unknown.status == 400)
            let known = try await self.ask(
                "{\(servers), tls: {\(authority), certificate: \(client.certificate), "
                    + "key: \(client.key)}}"
            )
            #expect(known.status == 200)
            #expect(known.text.contains("client=CN=gatekeeper"))
        }
    }
}
