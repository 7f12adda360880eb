internal import ArgumentParser
internal import JSON
internal import NIOCore
internal import PolicyDSL
internal import TokenVerify

/// `gatekeeper keys`: what the key sets of the configured issuers hold now.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Asks every configured issuer for its keys and shows what came."
    )

    @Option(help: "The configuration file.")
    var config = "gatekeeper.yaml"

    @Option(help: "text or json.")
    var format: ResultFormat = .text

    func run() async throws {
        let configuration = try ConfigurationLoading.load(self.config, format: self.format)
        let statuses = try await KeyLoading.withStore(of: configuration.issuers) { $0.statuses }
        switch self.format {
        case .json:
            let object: JSONValue = ["issuers": .array(statuses.map(\.json))]
            try Console.write(object.serialized(pretty: true) + "\n")
        case .text:
            for status in statuses { try Console.write(status.text) }
        }
        if statuses.contains(where: { $0.lastFailure != nil }) { throw ExitStatus.failed.exit }
    }
}

extension KeySetStatus {
    fileprivate var json: JSONValue {
        let keys = self.keys.map { key in
            JSONValue.object([
                "kid": key.keyID.map(JSONValue.string) ?? .null,
                "secret": .bool(key.isSecret),
                "algorithms": .array(key.algorithms.map { .string($0.rawValue) }),
            ])
        }
        let skipped = self.skipped.map { key in
            JSONValue.object([
                "position": .integer(Int64(key.position)),
                "kid": key.keyID.map(JSONValue.string) ?? .null,
                "defect": .string(key.defect.code),
            ])
        }
        return [
            "issuer": .string(self.issuer),
            "source": .string(self.source),
            "keys": .array(keys),
            "skipped": .array(skipped),
            "age_seconds": self.fetchedAt.map { .integer(Self.seconds(from: $0, to: .now())) }
                ?? .null,
            "next_fetch_seconds": self.nextFetch.map {
                .integer(Self.seconds(from: .now(), to: $0))
            } ?? .null,
            "error": self.lastFailure.map { .string("\($0)") } ?? .null,
        ]
    }

    fileprivate var text: String {
        var lines = ["\(self.issuer)  (\(self.source))"]
        for key in self.keys {
            let algorithms = key.algorithms.map(\.rawValue).joined(separator: ", ")
            lines.append(
                "  \(key.keyID ?? "any kid")  \(algorithms)\(key.isSecret ? "  secret" : "")"
            )
        }
        for key in self.skipped {
            lines.append("  not used: \(key.keyID ?? "key \(key.position)"), \(key.defect.code)")
        }
        if self.keys.isEmpty { lines.append("  no keys") }
        if let fetchedAt = self.fetchedAt {
            lines.append("  age: \(Self.seconds(from: fetchedAt, to: .now())) s")
        }
        if let nextFetch = self.nextFetch {
            lines.append("  next refresh: in \(Self.seconds(from: .now(), to: nextFetch)) s")
        }
        if let failure = self.lastFailure { lines.append("  error: \(failure)") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func seconds(from start: NIODeadline, to end: NIODeadline) -> Int64 {
        (end - start).nanoseconds / 1_000_000_000
    }
}
