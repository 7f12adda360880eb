import Foundation
import Testing

@testable import Gatekeeper

/// `docs/operations.md` against what the code exports and limits.
@Suite(.timeLimit(.minutes(1))) struct OperationsTests {
    private let page: String

    init() throws {
        self.page = try Project.text(of: "docs/operations.md")
    }

    /// The first cells of the rows of a table, which begin with a code span.
    private func rows(beginning prefix: String) -> [String] {
        self.page.split(separator: "\n").compactMap { line in
            guard let match = line.firstMatch(of: /^\| `([a-z0-9_.]+)` \|/) else { return nil }
            let name = String(match.output.1)
            return name.hasPrefix(prefix) ? name : nil
        }
    }

    /// Every metric name that the code spells.
    private static func exported() throws -> Set<String> {
        let folder = "Sources/Gatekeeper/Telemetry"
        let files = try FileManager.default.contentsOfDirectory(atPath: Project.file(folder))
        return try files.reduce(into: []) { names, file in
            for match in try Project.text(of: "\(folder)/\(file)").matches(
                of: /"(gatekeeper_[a-z0-9_]+)"/
            ) {
                names.insert(String(match.output.1))
            }
        }
    }

    @Test("every metric that is exported is explained, and the other way round")
    func metrics() throws {
        // The table of alarms names some of them first.
        let explained = Set(self.rows(beginning: "gatekeeper_"))
        let exported = try Self.exported()
        #expect(exported.count > 25)
        #expect(exported.subtracting(explained) == [])
        #expect(explained.subtracting(exported) == [])
    }

    @Test("every metric that the page mentions anywhere exists")
    func mentions() throws {
        let exported = try Self.exported()
        for match in self.page.matches(of: /gatekeeper_[a-z_]+/) {
            #expect(exported.contains(String(match.output)), "\(match.output)")
        }
    }

    @Test("every limit of the configuration is explained, and the other way round")
    func limits() throws {
        let configuration = try Project.text(of: "docs/configuration.md")
        let keys = configuration.matches(of: /\n\| `((?:limits\.|http2\.max_)[a-z_]+)` \|/)
            .map { String($0.output.1) }
        #expect(keys.count > 10)
        let explained = self.rows(beginning: "limits.") + self.rows(beginning: "http2.")
        #expect(Set(explained) == Set(keys))
        #expect(explained.count == keys.count)
    }

    @Test("what a running sidecar exports is read by Prometheus's own parser, and explained")
    func exposition() async throws {
        let setup = try GateSetup(settings: "limits: {client_connections: 100}")
        try await Gate.run(setup) { gate in
            _ = try await gate.get("/public/x")
            _ = try await gate.get("/account")
            _ = try await gate.get("/account", as: "nonsense")
            let text = try await gate.admin("/metrics").body
            let result = try await ChildProcess.run(
                Project.file(".build-python/bin/python"),
                [Project.file("Tests/Python/read_metrics.py")],
                input: text
            )
            #expect(result.status == 0, "\(result.errors)")
            let families = Set(result.output.split(separator: "\n").map(String.init))
            #expect(families.contains("gatekeeper_decision_duration_seconds"))
            #expect(families.contains("gatekeeper_upstream_duration_seconds"))
            #expect(families.isSubset(of: try Self.exported()))
        }
    }
}
