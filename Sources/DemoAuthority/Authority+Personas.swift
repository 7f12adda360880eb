internal import GRDB
internal import NIOHTTP1
package import PolicyDSL

extension Authority {
    /// Adds the personas that are not there yet.
    package func seed(_ personas: [Persona] = Persona.all, at now: Instant) throws {
        // One digest for all: a deliberately slow function need not run for each.
        let password = try PasswordDigest(of: Persona.password, cost: self.rules.passwordCost)
        try self.act(at: now) { exchange in
            for persona in personas { try exchange.seed(persona, password: password.text) }
        }
    }

    /// Does something on nobody's request.
    func act<Result: Sendable>(
        at now: Instant,
        _ action: (Exchange) throws -> Result
    ) throws -> Result {
        try self.database.write { database in
            let request = DemoRequest(method: .POST, target: "/")
            return try action(
                Exchange(authority: self, request: request, database: database, now: now)
            )
        }
    }
}
