import Foundation
import NIOCore

/// A `curl` line that a program printed, with what it promised below it.
struct PrintedTrial {
    /// The line as it would be pasted into a shell.
    let command: String
    let status: Int
    /// The page that a redirect leads to, where one was named.
    let page: String?
    /// Texts that the answer must hold.
    let promises: [String]

    private init(command: Substring, promise: Substring) {
        self.command = command.drop { $0 == " " }.description
        let text = promise.drop { $0 == " " || $0 == "-" || $0 == ">" }
        self.status = Int(text.prefix { $0.isNumber }) ?? 0
        let words = text.split { $0 == " " || $0 == ":" || $0 == "," }
        self.page = words.firstIndex(of: "to").flatMap { index in
            let next = words.dropFirst(index + 1).first.map(String.init)
            return next?.hasPrefix("/") == true ? next : nil
        }
        self.promises = text.split(separator: ", ").dropFirst().flatMap { part in
            part.contains("=\"") ? [String(part)] : []
        }
    }

    static func all(in text: String) -> [PrintedTrial] {
        let lines = text.split(separator: "\n")
        return zip(lines, lines.dropFirst()).compactMap { command, promise in
            guard command.contains("curl "), promise.contains("-> ") else { return nil }
            return PrintedTrial(command: command, promise: promise)
        }
    }

    /// Lets a shell read the line, and asks what `curl` would ask.
    func run() async throws -> HTTPAnswer {
        let script = #"curl() { printf '%s\n' "$@"; }; "# + self.command
        let expanded = try await ChildProcess.run("/bin/bash", ["-ec", script])
        guard expanded.status == 0 else { throw NeverHappened(description: expanded.errors) }
        return try await Self.ask(expanded.output.split(separator: "\n").map(String.init))
    }

    private static func ask(_ arguments: [String]) async throws -> HTTPAnswer {
        var method = "GET"
        var lines: [String] = []
        var url: URL?
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "-i": break
            case "-X": method = rest.popFirst() ?? method
            case "-H": lines.append(rest.popFirst() ?? "")
            case "-b": lines.append("Cookie: \(rest.popFirst() ?? "")")
            default: url = URL(string: argument)
            }
        }
        guard let url, let port = url.port else {
            throw NeverHappened(description: "a URL with a port in \(arguments)")
        }
        let query = url.query(percentEncoded: true).map { "?\($0)" } ?? ""
        let path = url.path(percentEncoded: true)
        let client = try await RawClient.connect(
            to: try SocketAddress(ipAddress: "127.0.0.1", port: port)
        )
        let head = [
            "\(method) \(path.isEmpty ? "/" : path)\(query) HTTP/1.1", "Host: 127.0.0.1:\(port)",
            "Connection: close",
        ]
        try await client.send((head + lines).joined(separator: "\r\n") + "\r\n\r\n")
        return HTTPAnswer(try await client.receiveAll())
    }
}
