import Foundation
import NIOCore

/// A real nginx as an upstream, in a folder and on a port of its own.
struct Nginx {
    let port: Int
    private let folder: TemporaryFolder
    private let process: ChildProcess

    /// Starts one server, lends it to `body`, and ends it whatever happens.
    ///
    /// - `listen`: what follows the port in the `listen` directive.
    /// - `server`: the rest of the `server` block.
    static func run(
        listen: String = "",
        _ server: String,
        _ body: (Nginx) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let port = try FreePorts.find(count: 1)[0]
        let configuration = """
            daemon off;
            worker_processes 1;
            error_log \(folder.file("error.log"));
            pid \(folder.file("pid"));
            events { worker_connections 64; }
            http {
              access_log off;
              client_body_temp_path \(folder.file("body"));
              proxy_temp_path \(folder.file("proxy"));
              fastcgi_temp_path \(folder.file("fastcgi"));
              uwsgi_temp_path \(folder.file("uwsgi"));
              scgi_temp_path \(folder.file("scgi"));
              server {
                listen 127.0.0.1:\(port) \(listen);
                \(server)
              }
            }
            """
        let path = try folder.write(configuration, to: "nginx.conf")
        let process = try ChildProcess.start(
            "/usr/sbin/nginx",
            ["-p", folder.path, "-c", path, "-e", folder.file("error.log")]
        )
        defer { process.signal(SIGTERM) }
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        try await eventually("nginx listens; \(process.errors)") {
            guard let client = try? await RawClient.connect(to: address) else { return false }
            try await client.close()
            return true
        }
        try await body(Nginx(port: port, folder: folder, process: process))
    }
}
