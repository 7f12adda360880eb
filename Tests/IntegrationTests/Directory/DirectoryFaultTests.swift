import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Testing

/// Every way in which a directory can fail, and what it comes to: old facts answer as long as they
/// may, then 503 where a fact is needed, nothing where it is not, and never a yes.
@Suite(.timeLimit(.minutes(3))) struct DirectoryFaultTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        /// Nil where nobody listens at all.
        let fault: Relay.Fault?
        /// Whether the source asked to be left alone for a moment.
        var asksForPause = false
        var testDescription: String { self.name }

        init(_ name: String, _ fault: Relay.Fault?, asksForPause: Bool = false) {
            self.name = name
            self.fault = fault
            self.asksForPause = asksForPause
        }
    }

    private static func answer(_ head: String, _ body: String = "") -> Relay.Fault {
        .answer("HTTP/1.1 \(head)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private static let httpFaults = [
        Row("slow", .silence),
        Row("down", nil),
        Row("no HTTP", .answer("SSH-2.0-OpenSSH_9.2\r\n")),
        Row("no JSON", answer("200 OK", "<html>")),
        Row("no user", answer("200 OK", "[1, 2, 3]")),
        Row("404", answer("404 Not Found", #"{"message":"no Route matched"}"#)),
        Row("401", answer("401 Unauthorized", #"{"message":"No API key found in request"}"#)),
        Row(
            "429",
            answer("429 Too Many Requests\r\nRetry-After: 1"),
            asksForPause: true
        ),
        Row("huge", .flood("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"id\":\"")),
        Row("half, then gone", .cut(after: 60)),
        Row("half, then silent", .stall(after: 60)),
        Row("half a body", .answer("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"id\":")),
    ]

    @Test(
        "an HTTP source",
        arguments: UserService.Interface.allCases,
        httpFaults
    )
    func http(interface: UserService.Interface, row: Row) async throws {
        let service = try await UserService.start()
        try await Gate.run(try service.setup(interface)) { gate in
            let known = try gate.issuer.token("olga")
            let unknown = try gate.issuer.token("ada")
            try await Self.withstands(
                row,
                gate,
                service.relay,
                known: known,
                unknown: unknown
            )
        }
        try await service.stop()
    }

    // Libpq takes `D` for a row, here of more than a gigabyte.
    private static let postgresFaults = [
        Row("slow", .silence),
        Row("down", nil),
        Row("no PostgreSQL", .answer("HTTP/1.1 400 Bad Request\r\n\r\n")),
        Row("no sense", .answer("\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}")),
        Row("huge", .flood("D\u{7f}\u{7f}\u{7f}\u{7f}")),
        Row("gone at once", .cut(after: 0)),
        Row("half, then gone", .cut(after: 20)),
        Row("half, then silent", .stall(after: 20)),
    ]

    @Test("PostgreSQL", arguments: postgresFaults)
    func postgres(row: Row) async throws {
        let database = try await PostgresServer.shared.makeDatabase(users: 60)
        let socket = try SocketAddress(
            unixDomainSocketPath: "\(database.server.folder)/.s.PGSQL.5432"
        )
        let relay = try await Relay.start(to: socket)
        let setup = try GateSetup.postgres(
            "postgres://postgres@127.0.0.1:\(relay.port)/\(database.name)?sslmode=disable",
            lifetimes: "ttl: 1ms, negative_ttl: 1ms, max_stale: 5m",
            timeout: "2s"
        )
        try await Gate.run(setup) { gate in
            try await gate.listens()
            try await Self.withstands(
                row,
                gate,
                relay,
                known: try gate.issuer.token(of: 24),
                unknown: try gate.issuer.token(of: 25)
            )
        }
        try await relay.goDown()
    }

    private static func withstands(
        _ row: Row,
        _ gate: Gate,
        _ relay: Relay,
        known: String,
        unknown: String
    ) async throws {
        #expect(try await gate.get("/items", as: known).status == 302)
        if let fault = row.fault { relay.set(fault) } else { try await relay.goDown() }
        let old = try await gate.get("/items", as: known)
        #expect(old.status == 302, "old facts: \(old)")
        let answer = try await gate.get("/items", as: unknown)
        #expect(answer.status == 503)
        #expect(answer.reason == "directory-unavailable")
        #expect(answer["Retry-After"] != nil)
        #expect(try await gate.get("/elsewhere", as: unknown).status == 200)
        #expect(try await gate.admin("/readyz").status == 200)
        let spared = try await gate.calls("spared")
        #expect(try await gate.calls("failed") + spared == 2)
        #expect(spared == 0 || row.asksForPause)
        if row.fault != nil { relay.set(.none) } else { try await relay.comeBack() }
        try await eventually("the source answers again") {
            try await gate.get("/items", as: unknown).status == 302
        }
    }

    @Test("a server with somebody else's certificate", arguments: UserService.Interface.allCases)
    func wrongName(interface: UserService.Interface) async throws {
        let folder = try await PostgresServer.shared.folder
        let chain = try NIOSSLCertificate.fromPEMFile("\(folder)/server.crt")
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(
                    try NIOSSLPrivateKey(file: "\(folder)/server.key", format: .pem)
                )
            )
        )
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLServerHandler(context: context)
                    )
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let service = try await UserService.start()
        let port = server.localAddress?.port ?? 0
        let setup = try service.setup(interface, url: "https://127.0.0.1:\(port)")
        try await Gate.run(setup) { gate in
            let token = try gate.issuer.token("ada")
            #expect(try await gate.get("/items", as: token).reason == "directory-unavailable")
            #expect(try await gate.get("/elsewhere", as: token).status == 200)
        }
        try await service.stop()
        try await server.close()
    }

    @Test("a source that keeps failing is left alone, and looked at again")
    func breaker() async throws {
        let service = try await UserService.start()
        try await Gate.run(try service.setup(.user)) { gate in
            service.relay.set(Self.answer("500 Internal Server Error"))
            for number in 0..<5 {
                let token = try gate.issuer.token("user-\(number)")
                #expect(try await gate.get("/items", as: token).status == 503)
            }
            #expect(try await gate.metric("gatekeeper_directory_breaker_open") == 1)
            service.relay.set(.silence)
            for number in 5..<50 {
                let token = try gate.issuer.token("user-\(number)")
                #expect(try await gate.get("/items", as: token).status == 503)
            }
            // The others did not wait for the timeout.
            #expect(try await gate.calls("failed") < 10)
            #expect(try await gate.calls("spared") > 35)
            service.relay.set(.none)
            try await eventually("the source is asked again") {
                try await gate.get("/items", as: try gate.issuer.token("ada")).status == 302
            }
            #expect(try await gate.metric("gatekeeper_directory_breaker_open") == 0)
        }
        try await service.stop()
    }

    @Test("facts that are too old do not answer any more")
    func tooOld() async throws {
        let service = try await UserService.start()
        var setup = try service.setup(.user)
        setup.settings = setup.settings.replacing("max_stale: 5m", with: "max_stale: 50ms")
        try await Gate.run(setup) { gate in
            let token = try gate.issuer.token("olga")
            #expect(try await gate.get("/items", as: token).status == 302)
            try await service.relay.goDown()
            try await eventually("the facts are too old") {
                try await gate.get("/items", as: token).status == 503
            }
        }
        try await service.stop()
    }
}
