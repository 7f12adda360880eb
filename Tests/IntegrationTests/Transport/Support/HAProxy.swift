import Foundation
import NIOCore

/// A real HAProxy in front, with a PROXY protocol header on everything it passes on.
struct HAProxy {
    let address: SocketAddress
    private let process: ChildProcess

    /// Starts one that passes on to `server`, lends it to `body`, and ends it whatever happens.
    static func run(
        to server: String,
        _ body: (HAProxy) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let port = try FreePorts.find(count: 1)[0]
        let path = try folder.write(
            """
            defaults
              mode tcp
              timeout connect 5s
              timeout client 20s
              timeout server 20s
            listen in
              bind 127.0.0.1:\(port)
              server gatekeeper \(server)

            """,
            to: "haproxy.cfg"
        )
        let process = try ChildProcess.start("/usr/sbin/haproxy", ["-db", "-f", path])
        defer { process.signal(SIGTERM) }
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        try await eventually("HAProxy listens; \(process.errors)") {
            guard let client = try? await RawClient.connect(to: address) else { return false }
            try await client.close()
            return true
        }
        try await body(HAProxy(address: address, process: process))
    }
}
