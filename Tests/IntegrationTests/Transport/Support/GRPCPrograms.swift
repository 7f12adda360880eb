import Foundation
import JSON
import NIOCore

/// gRPC's own server in Python, as an upstream.
struct GRPCServer {
    let port: Int
    let process: ChildProcess

    private static let python = Project.file(".build-python/bin/python")

    static func run(_ body: (GRPCServer) async throws -> Void) async throws {
        let process = try ChildProcess.start(
            Self.python,
            [Project.file("Tests/Programs/grpc_server.py")]
        )
        defer { process.signal(SIGKILL) }
        try await process.says(" .\n")
        let port = process.output.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        try await body(GRPCServer(port: port ?? 0, process: process))
    }

    /// Makes one call with gRPC's own client.
    static func call(
        _ method: String,
        at address: SocketAddress?,
        _ options: String...
    ) async throws -> JSONValue {
        let result = try await ChildProcess.run(
            Self.python,
            [
                Project.file("Tests/Programs/grpc_client.py"), "127.0.0.1:\(address?.port ?? 0)",
                method,
            ] + options
        )
        guard result.status == 0 else { throw NeverHappened(description: result.errors) }
        return try JSONValue(parsing: Array(result.output.utf8), limits: .standard)
    }
}
