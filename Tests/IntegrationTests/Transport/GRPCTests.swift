import JSON
import NIOCore
import Testing

@testable import Gatekeeper

/// gRPC's own client and server on both sides.
@Suite(.timeLimit(.minutes(3))) struct GRPCTests {
    private static func setup(_ server: GRPCServer) throws -> GateSetup {
        var setup = try GateSetup(
            settings: "upstream: {servers: 'http://127.0.0.1:\(server.port)', protocol: h2}",
            issuers: """
                - provider: static
                  issuer: https://issuer.example
                  audience: [api]
                  jwks: keys.json
                  leeway: 1ms
                """
        )
        setup.policy = """
            gatekeeper 1
            pages { sign-in /login  step-up /mfa }
            admit users
            policy calls { for users on /test.Calls/Fail require aal2 }
            policy nobody { for users on /test.Calls/Total deny }
            """
        return setup
    }

    @Test("calls of every shape pass, with metadata and status at both ends")
    func calls() async throws {
        try await GRPCServer.run { server in
            try await Gate.run(try Self.setup(server)) { gate in
                let address = gate.sidecar.addresses.first
                let token = "token=\(try gate.issuer.token(assurance: "aal2"))"
                let echo = try await GRPCServer.call("Echo", at: address, token, "request=hi")
                #expect(echo["code"]?.stringValue == "OK", "\(echo)")
                #expect(echo["messages"]?.arrayValue?.first?.stringValue == "echo:hi")
                #expect(echo["initial"]?["x-initial"]?.stringValue == "1")
                #expect(echo["trailing"]?["x-trailing"]?.stringValue == "2")
                #expect(echo["trailing"]?["x-subject"]?.stringValue == "olga")
                let fail = try await GRPCServer.call("Fail", at: address, token, "request=")
                #expect(fail["code"]?.stringValue == "FAILED_PRECONDITION")
                #expect(fail["details"]?.stringValue == "not today")
                let count = try await GRPCServer.call("Count", at: address, token, "request=200")
                #expect(count["messages"]?.arrayValue?.count == 200)
                let chat = try await GRPCServer.call(
                    "Chat",
                    at: address,
                    token,
                    "request=a",
                    "request=b"
                )
                #expect(chat["messages"]?.arrayValue?.map(\.stringValue) == ["re:a", "re:b"])
            }
        }
    }

    @Test("a refusal is a status that every client understands")
    func refusals() async throws {
        try await GRPCServer.run { server in
            try await Gate.run(try Self.setup(server)) { gate in
                let address = gate.sidecar.addresses.first
                let token = "token=\(try gate.issuer.token())"
                let absent = try await GRPCServer.call("Echo", at: address, "request=hi")
                #expect(absent["code"]?.stringValue == "UNAUTHENTICATED", "\(absent)")
                let weak = try await GRPCServer.call("Fail", at: address, token, "request=hi")
                #expect(weak["code"]?.stringValue == "UNAUTHENTICATED")
                #expect(weak["details"]?.stringValue == "no-factor")
                let denied = try await GRPCServer.call("Total", at: address, token, "request=1")
                #expect(denied["code"]?.stringValue == "PERMISSION_DENIED", "\(denied)")
            }
        }
    }

    @Test("a server that is not there is unavailable")
    func unavailable() async throws {
        try await GRPCServer.run { server in
            let setup = try Self.setup(server)
            server.process.signal(9)
            _ = try await server.process.result()
            try await Gate.run(setup) { gate in
                let call = try await GRPCServer.call(
                    "Echo",
                    at: gate.sidecar.addresses.first,
                    "token=\(try gate.issuer.token())",
                    "request=hi"
                )
                #expect(call["code"]?.stringValue == "UNAVAILABLE", "\(call)")
            }
        }
    }

    @Test("the caller's deadline reaches the server, and ends the call there")
    func deadline() async throws {
        try await GRPCServer.run { server in
            try await Gate.run(try Self.setup(server)) { gate in
                let call = try await GRPCServer.call(
                    "Wait",
                    at: gate.sidecar.addresses.first,
                    "token=\(try gate.issuer.token())",
                    "request=hi",
                    "deadline=6"
                )
                #expect(call["code"]?.stringValue == "DEADLINE_EXCEEDED", "\(call)")
                try await server.process.says("deadline set")
                try await server.process.says("abandoned")
            }
        }
    }

    @Test("a stream ends with UNAUTHENTICATED when the token expires")
    func expiry() async throws {
        try await GRPCServer.run { server in
            try await Gate.run(try Self.setup(server)) { gate in
                let call = try await GRPCServer.call(
                    "Ticks",
                    at: gate.sidecar.addresses.first,
                    "token=\(try gate.issuer.token(lifetime: 10))",
                    "request=hi"
                )
                #expect(call["code"]?.stringValue == "UNAUTHENTICATED", "\(call)")
                #expect(call["details"]?.stringValue == "token-expired")
                #expect(call["messages"]?.arrayValue?.isEmpty == false)
            }
        }
    }

    @Test("calls pass over TLS")
    func tls() async throws {
        let authority = try await TestAuthority.create()
        let identity = try await authority.issue("app.example")
        try await GRPCServer.run { server in
            var setup = try Self.setup(server)
            setup.settings += "\ntls: {certificate: \(identity.certificate), key: \(identity.key)}"
            try await Gate.run(setup) { gate in
                let call = try await GRPCServer.call(
                    "Echo",
                    at: gate.sidecar.addresses.first,
                    "token=\(try gate.issuer.token())",
                    "request=hi",
                    "ca=\(authority.certificate)",
                    "name=app.example"
                )
                #expect(call["code"]?.stringValue == "OK", "\(call)")
            }
        }
    }
}
