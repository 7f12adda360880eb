import Foundation
import NIOCore
import Testing

@testable import Gatekeeper

@Suite(.timeLimit(.minutes(2))) struct ListenerTLSTests {
    private let authority: TestAuthority
    private let server: TestAuthority.Identity

    init() async throws {
        self.authority = try await TestAuthority.create()
        self.server = try await self.authority.issue("app.example")
    }

    private func setup(_ more: String = "") throws -> GateSetup {
        try GateSetup(
            settings: """
                tls: {certificate: \(self.server.certificate), key: \(self.server.key)\(more)}
                """
        )
    }

    private func get(_ gate: Gate, _ options: String...) async throws -> Curl.Answer {
        try await Curl.get(
            "https",
            gate.sidecar.addresses.first,
            "/public/x",
            ["--cacert", self.authority.certificate] + options
        )
    }

    @Test("clients connect over TLS, and the upstream is told")
    func serves() async throws {
        try await Gate.run(try self.setup()) { gate in
            let answer = try await self.get(gate, "--http1.1")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(gate.forwarded.contains("X-Forwarded-Proto: https\r\n"))
            #expect(!gate.forwarded.lowercased().contains("client-cert"))
        }
    }

    @Test(
        "versions below the minimum are refused",
        arguments: [
            ("1.2", "-tls1_2", true), ("1.2", "-tls1_3", true), ("1.3", "-tls1_2", false),
            ("1.3", "-tls1_3", true),
        ]
    )
    func versions(minimum: String, flag: String, isServed: Bool) async throws {
        try await Gate.run(try self.setup(", min_version: '\(minimum)'")) { gate in
            let port = gate.sidecar.addresses.first?.port ?? 0
            let result = try await ChildProcess.run(
                "/usr/bin/openssl",
                [
                    "s_client", "-connect", "127.0.0.1:\(port)", flag, "-CAfile",
                    self.authority.certificate, "-servername", "app.example", "-brief",
                ],
                input: ""
            )
            #expect((result.status == 0) == isServed, "\(result.errors)")
            if isServed { #expect(result.errors.contains("Verification: OK")) }
        }
    }

    @Test(
        "a client certificate is asked for as configured",
        arguments: ["required", "optional"]
    )
    func clientCertificates(demand: String) async throws {
        let other = try await TestAuthority.create(name: "other")
        let client = try await self.authority.issue("client")
        let stranger = try await other.issue("client")
        let more =
            ", client_ca: \(self.authority.certificate), client_certificate: \(demand)"
        try await Gate.run(try self.setup(more)) { gate in
            let bare = try await self.get(gate, "-H", "Client-Cert: :forged:")
            #expect((bare.status == 200) == (demand == "optional"), "\(bare.text)")
            #expect(!gate.forwarded.lowercased().contains("client-cert"))
            let strange = try await self.get(
                gate,
                "--cert",
                stranger.certificate,
                "--key",
                stranger.key
            )
            #expect(strange.exit != 0)
            let known = try await self.get(
                gate,
                "--cert",
                client.certificate,
                "--key",
                client.key,
                "-H",
                "Client_Cert: :forged:"
            )
            #expect(known.status == 200, "\(known.text)")
            let pem = try TemporaryFolder.text(of: client.certificate)
            let base64 = pem.split(separator: "\n").dropFirst().dropLast().joined()
            #expect(gate.forwarded.contains("Client-Cert: :\(base64):\r\n"))
            #expect(!gate.forwarded.contains("forged"))
        }
    }

    @Test("a renewed certificate is shown to the next client, and a broken one to nobody")
    func renewal() async throws {
        let folder = try TemporaryFolder()
        func copy(_ identity: TestAuthority.Identity) throws {
            try folder.write(try TemporaryFolder.text(of: identity.certificate), to: "tls.crt")
            try folder.write(try TemporaryFolder.text(of: identity.key), to: "tls.key")
        }
        try copy(self.server)
        let setup = try GateSetup(
            settings:
                "tls: {certificate: \(folder.file("tls.crt")), key: \(folder.file("tls.key"))}"
        )
        try await Gate.run(setup) { gate in
            let before = try await self.shown(gate)
            #expect(before == (try await self.serial(of: self.server.certificate)))
            let renewed = try await self.authority.issue("app.example")
            try folder.write(try TemporaryFolder.text(of: renewed.certificate), to: "tls.crt")
            await gate.sidecar.reload()
            #expect(try await self.shown(gate) == before)
            try folder.write("no key", to: "tls.key")
            await gate.sidecar.reload()
            #expect(try await self.shown(gate) == before)
            try copy(renewed)
            await gate.sidecar.reload()
            #expect(try await self.shown(gate) == self.serial(of: renewed.certificate))
            let metrics = try await gate.admin("/metrics").text
            #expect(metrics.contains("gatekeeper_reload_failures_total 2"))
        }
    }

    @Test("a certificate file that changes is noticed without a signal")
    func fileChange() async throws {
        let folder = try TemporaryFolder()
        let combined = folder.file("both.pem")
        func write(_ identity: TestAuthority.Identity) throws {
            let certificate = try TemporaryFolder.text(of: identity.certificate)
            let key = try TemporaryFolder.text(of: identity.key)
            try folder.write(certificate + key, to: "both.pem")
        }
        try write(self.server)
        let setup = try GateSetup(settings: "tls: {certificate: \(combined), key: \(combined)}")
        try await ServeProcess.run(setup) { serve in
            let renewed = try await self.authority.issue("app.example")
            try write(renewed)
            let serial = try await self.serial(of: renewed.certificate)
            try await eventually("the new certificate is shown") {
                try await self.shown(at: serve.address.port ?? 0) == serial
            }
        }
    }

    private func shown(_ gate: Gate) async throws -> String {
        try await self.shown(at: gate.sidecar.addresses.first?.port ?? 0)
    }

    /// The serial number of the certificate that a server shows.
    private func shown(at port: Int) async throws -> String {
        let result = try await ChildProcess.run(
            "/bin/sh",
            [
                "-c",
                "openssl s_client -connect 127.0.0.1:\(port) -servername app.example </dev/null "
                    + "2>/dev/null | openssl x509 -noout -serial",
            ]
        )
        return result.output
    }

    private func serial(of path: String) async throws -> String {
        try await ChildProcess.run(
            "/usr/bin/openssl",
            ["x509", "-noout", "-serial", "-in", path]
        ).output
    }

    @Test("who does not finish the handshake is let go")
    func silence() async throws {
        var setup = try self.setup()
        setup.settings += "\nlimits: {header_read_timeout: 200ms}"
        try await Gate.run(setup) { gate in
            let client = try await gate.client()
            try await client.receiveAll()
        }
    }

    @Test("plain HTTP on a TLS port gets nowhere")
    func plain() async throws {
        try await Gate.run(try self.setup()) { gate in
            let client = try await gate.client()
            try await client.send(closingGet("/public/x"))
            try await client.receiveAll()
            #expect(gate.forwarded.isEmpty)
        }
    }
}
