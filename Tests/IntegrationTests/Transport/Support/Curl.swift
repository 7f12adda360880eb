import NIOCore

/// The client that everybody has.
struct Curl {
    /// What `--write-out` tells, and what came.
    struct Answer {
        let status: Int
        let version: String
        let text: String
        /// curl's own status: 0, or which way it failed.
        let exit: Int32
    }

    /// Asks a server on this machine.
    static func get(
        _ scheme: String = "http",
        _ address: SocketAddress?,
        _ target: String,
        _ options: [String] = []
    ) async throws -> Answer {
        let url = "\(scheme)://app.example:\(address?.port ?? 0)\(target)"
        let result = try await ChildProcess.run(
            "/usr/bin/curl",
            [
                "--silent", "--show-error", "--include", "--max-time", "20", "--connect-to",
                "::127.0.0.1:", "--write-out", "\\n%{http_version} %{http_code}", url,
            ] + options
        )
        let last = result.output.split(separator: "\n").last?.split(separator: " ") ?? []
        return Answer(
            status: last.last.flatMap { Int($0) } ?? 0,
            version: last.first.map(String.init) ?? "",
            text: result.output + result.errors,
            exit: result.status
        )
    }
}
