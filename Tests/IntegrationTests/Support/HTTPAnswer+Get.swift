import Foundation
import NIOCore

extension HTTPAnswer {
    /// Asks a server of this machine for a URL, on a connection of its own.
    static func get(_ url: String, _ lines: [String] = []) async throws -> HTTPAnswer {
        guard let parts = URL(string: url), let port = parts.port else {
            throw NeverHappened(description: "a URL with a port: \(url)")
        }
        let query = parts.query(percentEncoded: true).map { "?\($0)" } ?? ""
        let path = parts.path(percentEncoded: true)
        let client = try await RawClient.connect(
            to: try SocketAddress(ipAddress: "127.0.0.1", port: port)
        )
        let head = [
            "GET \(path.isEmpty ? "/" : path)\(query) HTTP/1.1", "Host: 127.0.0.1:\(port)",
            "Connection: close",
        ]
        try await client.send((head + lines).joined(separator: "\r\n") + "\r\n\r\n")
        return HTTPAnswer(try await client.receiveAll())
    }
}
