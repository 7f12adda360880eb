import NIOCore
import Testing

@testable import Gatekeeper

@Suite(.timeLimit(.minutes(2))) struct ProxyProtocolTests {
    private static func setup(trusting networks: String = "[127.0.0.0/8]") throws -> GateSetup {
        try GateSetup(settings: "proxy_protocol: true\ntrusted_proxies: \(networks)")
    }

    /// A header that says to come from 192.0.2.7.
    private static let header: [UInt8] =
        [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x11, 0, 12]
        + [192, 0, 2, 7, 10, 0, 0, 1, 0x30, 0x39, 0, 80]

    @Test("HAProxy's header says where the client is")
    func haproxy() async throws {
        try await Gate.run(try Self.setup()) { gate in
            let port = gate.sidecar.addresses.first?.port ?? 0
            try await HAProxy.run(to: "127.0.0.1:\(port) send-proxy-v2") { haproxy in
                let answer = try await Curl.get("http", haproxy.address, "/public/x")
                #expect(answer.status == 200, "\(answer.text)")
                #expect(gate.forwarded.contains("X-Forwarded-For: 127.0.0.1\r\n"))
                let second = try await Curl.get(
                    "http",
                    haproxy.address,
                    "/public/y",
                    ["--http2-prior-knowledge"]
                )
                #expect(second.status == 200 && second.version == "2", "\(second.text)")
            }
        }
    }

    @Test("HAProxy reaches us through a Unix socket as well")
    func unixSocket() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("gate.sock")
        let setup = try GateSetup(settings: "listen: unix:\(path)\nproxy_protocol: true")
        try await Gate.run(setup) { gate in
            try await HAProxy.run(to: "unix@\(path) send-proxy-v2") { haproxy in
                let answer = try await Curl.get("http", haproxy.address, "/public/x")
                #expect(answer.status == 200, "\(answer.text)")
                #expect(gate.forwarded.contains("X-Forwarded-For: 127.0.0.1\r\n"))
            }
        }
    }

    @Test("the address of the header is the client's, and its own word is not believed")
    func source() async throws {
        try await Gate.run(try Self.setup()) { gate in
            let client = try await gate.client()
            let request = closingGet("/public/x", "X-Forwarded-For: 198.51.100.1")
            try await client.send(Self.header + Array(request.utf8))
            #expect(HTTPAnswer(try await client.receiveAll()).status == 200)
            #expect(gate.forwarded.contains("X-Forwarded-For: 192.0.2.7\r\n"))
            #expect(!gate.forwarded.contains("198.51.100.1"))
        }
    }

    @Test("a header in pieces is one header")
    func pieces() async throws {
        try await Gate.run(try Self.setup()) { gate in
            let client = try await gate.client()
            for byte in Self.header + Array(closingGet("/public/x").utf8) {
                try await client.send([byte])
            }
            #expect(HTTPAnswer(try await client.receiveAll()).status == 200)
        }
    }

    @Test("without a header, with another one, or from a stranger nothing is served")
    func refused() async throws {
        try await Gate.run(try Self.setup()) { gate in
            for bytes in [Array(closingGet("/public/x").utf8), Array("PROXY UNKNOWN\r\n".utf8)] {
                let client = try await gate.client()
                try await client.send(bytes)
                #expect(try await client.receiveAll() == "")
            }
            #expect(gate.forwarded == "")
        }
        try await Gate.run(try Self.setup(trusting: "[10.0.0.0/8]")) { gate in
            let client = try await gate.client()
            try await client.send(Self.header + Array(closingGet("/public/x").utf8))
            #expect(try await client.receiveAll() == "")
            #expect(gate.forwarded == "")
        }
    }

    @Test("TLS begins behind the header")
    func tls() async throws {
        let authority = try await TestAuthority.create()
        let server = try await authority.issue("app.example")
        var setup = try Self.setup()
        setup.settings += "\ntls: {certificate: \(server.certificate), key: \(server.key)}"
        try await Gate.run(setup) { gate in
            let port = gate.sidecar.addresses.first?.port ?? 0
            try await HAProxy.run(to: "127.0.0.1:\(port) send-proxy-v2") { haproxy in
                let answer = try await Curl.get(
                    "https",
                    haproxy.address,
                    "/public/x",
                    ["--cacert", authority.certificate]
                )
                #expect(answer.status == 200 && answer.version == "2", "\(answer.text)")
                #expect(gate.forwarded.contains("X-Forwarded-Proto: https\r\n"))
            }
        }
    }
}
