import Foundation
import NIOCore

/// `gatekeeper serve` as a process of its own, in front of a recording upstream.
struct ServeProcess {
    let setup: GateSetup
    let folder: TemporaryFolder
    let upstream: RecordingUpstream
    let process: ChildProcess
    let address: SocketAddress
    let adminAddress: SocketAddress

    /// Starts the process, lends it to `body`, and ends it whatever happens.
    static func run(
        _ setup: GateSetup,
        _ body: (ServeProcess) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let upstream = try await RecordingUpstream.start(script: setup.upstream)
        let path = try setup.write(to: folder, port: upstream.port)
        let process = try ChildProcess.start("gatekeeper", ["serve", "--config", path])
        defer { process.signal(SIGKILL) }
        try await process.says("admin port")
        try await body(
            ServeProcess(
                setup: setup,
                folder: folder,
                upstream: upstream,
                process: process,
                address: try Self.address(in: process.errors, before: "listening"),
                adminAddress: try Self.address(in: process.errors, before: "admin port")
            )
        )
        try? await upstream.stop()
    }

    // The last number of the line is the port.
    private static func address(in log: String, before message: String) throws -> SocketAddress {
        let line = log.split(separator: "\n").last { $0.hasSuffix(message) } ?? ""
        let port = line.matches(of: #/:(\d+) /#).last.flatMap { Int($0.output.1) }
        return try SocketAddress(ipAddress: "127.0.0.1", port: port ?? 0)
    }

    func client() async throws -> RawClient {
        try await RawClient.connect(to: self.address)
    }

    func get(_ target: String, as token: String? = nil) async throws -> HTTPAnswer {
        try await Self.get(target, as: token, from: self.address)
    }

    func admin(_ path: String) async throws -> HTTPAnswer {
        try await Self.get(path, from: self.adminAddress)
    }

    private static func get(
        _ target: String,
        as token: String? = nil,
        from address: SocketAddress
    ) async throws -> HTTPAnswer {
        let client = try await RawClient.connect(to: address)
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        try await client.send(
            "GET \(target) HTTP/1.1\r\nHost: app.example\r\nConnection: close\r\n"
                + authorization + "\r\n"
        )
        return HTTPAnswer(try await client.receiveAll())
    }
}
