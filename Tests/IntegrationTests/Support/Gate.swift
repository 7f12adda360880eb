import JSON
import Logging
import NIOCore
import NIOPosix

@testable import Gatekeeper

/// A whole sidecar in this process, on ports of its own, in front of a recording upstream.
struct Gate {
    let setup: GateSetup
    let folder: TemporaryFolder
    let upstream: RecordingUpstream
    let sidecar: Sidecar

    /// Starts a sidecar, lends it to `body`, and stops it whatever happens.
    static func run(
        _ setup: GateSetup,
        _ body: (Gate) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let upstream = try await RecordingUpstream.start(script: setup.upstream)
        let path = try setup.write(to: folder, port: upstream.port)
        var report = DiagnosticReport()
        let sidecar = try await Sidecar.start(
            try Ruleset.read(path, report: &report),
            from: path,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            group: .singleton,
            loops: 1
        )
        let gate = Gate(setup: setup, folder: folder, upstream: upstream, sidecar: sidecar)
        do {
            try await body(gate)
        } catch {
            try await gate.stop()
            throw error
        }
        try await gate.stop()
    }

    private func stop() async throws {
        try? await self.upstream.stop()
        try await self.sidecar.stop()
    }

    /// Starts a sidecar with the usual setup.
    static func run(_ body: (Gate) async throws -> Void) async throws {
        try await Self.run(try GateSetup(), body)
    }
}

// Asking.
extension Gate {
    var issuer: TestIssuer { self.setup.issuer }

    func client() async throws -> RawClient {
        guard let address = self.sidecar.addresses.first else {
            throw NeverHappened(description: "the sidecar listens nowhere")
        }
        return try await RawClient.connect(to: address)
    }

    /// Sends raw text on a connection of its own and waits until the sidecar closes it.
    func send(_ text: String) async throws -> HTTPAnswer {
        let client = try await self.client()
        try await client.send(text)
        let answer = HTTPAnswer(try await client.receiveAll())
        try await client.close()
        return answer
    }

    /// Sends one request; the connection is closed afterwards.
    func request(
        _ method: String,
        _ target: String,
        as token: String? = nil,
        _ lines: [String] = [],
        body: String? = nil
    ) async throws -> HTTPAnswer {
        let all =
            ["\(method) \(target) HTTP/1.1", "Host: app.example", "Connection: close"]
            + (token.map { ["Authorization: Bearer \($0)"] } ?? []) + lines
            + (body.map { ["Content-Length: \($0.utf8.count)"] } ?? [])
        return try await self.send(all.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
    }

    func get(
        _ target: String,
        as token: String? = nil,
        _ lines: String...
    ) async throws -> HTTPAnswer {
        try await self.request("GET", target, as: token, lines)
    }

    /// Asks the admin port.
    func admin(_ path: String) async throws -> HTTPAnswer {
        guard let address = self.sidecar.adminAddress else {
            throw NeverHappened(description: "there is no admin port")
        }
        let client = try await RawClient.connect(to: address)
        try await client.send("GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return HTTPAnswer(try await client.receiveAll())
    }
}

// What others saw.
extension Gate {
    /// Everything the upstream was sent.
    var forwarded: String {
        (0..<self.upstream.connections).map(self.upstream.received).joined()
    }

    /// The decision log as text, once it has `count` lines.
    func log(lines count: Int) async throws -> String {
        try await value("\(count) decisions are logged") {
            let text = try self.folder.read("decisions.jsonl")
            return text.split(separator: "\n").count >= count ? text : nil
        }
    }

    /// The decision records, once there are `count`.
    func records(_ count: Int) async throws -> [JSONValue] {
        try await self.log(lines: count).split(separator: "\n").map { line in
            try JSONValue(parsing: Array(line.utf8), limits: .standard)
        }
    }
}
