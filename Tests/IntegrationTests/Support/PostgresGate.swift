import Foundation
import JSON

extension GateSetup {
    /// A gate that asks a database: `/items/**` needs to know a user's factors, nothing else does.
    static func postgres(
        _ url: String,
        schema: String = "auth",
        lifetimes: String = "ttl: 1h, max_stale: 2h, negative_ttl: 1h",
        timeout: String = "5s"
    ) throws -> GateSetup {
        var setup = try GateSetup(
            settings: """
                directory: {source: postgres, url: "\(url)", schema: \(schema), \(lifetimes), timeout: \(timeout)}
                """
        )
        setup.policy = Self.itemsNeedFacts
        return setup
    }

    /// Only `/items/**` asks for a user's factors.
    static let itemsNeedFacts = """
        gatekeeper 1
        pages { sign-in /login  step-up /mfa  enroll /mfa/setup }
        admit users
        policy opted-in-only { for users with a verified factor on /items/** require aal2 }
        """
}

extension TestIssuer {
    /// A token of a user of the sample, signed in a quarter of an hour ago.
    func token(
        of number: Int,
        assurance: String = "aal1",
        session: String? = nil
    ) throws -> String {
        let long = JSONValue.integer(Int64(Date().timeIntervalSince1970) - 900)
        return try self.token(
            PostgresUser.id(number),
            assurance: assurance,
            extra: [
                "session_id": .string(session ?? PostgresUser.session(number)),
                "amr": .array([["method": "password", "timestamp": long]]),
                "iat": long,
            ]
        )
    }
}

extension Gate {
    /// A counter or gauge of the admin port.
    func metric(_ name: String) async throws -> Int {
        let page = try await self.admin("/metrics").body
        let line = page.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line.flatMap { Int($0.dropFirst(name.count + 1)) } ?? -1
    }

    /// How often the directory was asked, by what came of it.
    func calls(_ result: String = "answered") async throws -> Int {
        try await self.metric(#"gatekeeper_directory_calls_total{result="\#(result)"}"#)
    }

    /// Waits until changes of users are heard.
    func listens() async throws {
        try await eventually("changes are heard") {
            try await self.metric("gatekeeper_directory_listening") == 1
        }
    }
}
