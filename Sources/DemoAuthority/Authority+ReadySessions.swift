internal import GRDB
package import JSON
package import PolicyDSL
internal import TokenSigning

extension Authority {
    /// Opens the ready sessions, and answers with the session objects by their names.
    ///
    /// Their tokens last a day, so that printed command lines work for as long.
    package func openReadySessions(at now: Instant) throws -> [String: JSONObject] {
        var sessions: [String: JSONObject] = [:]
        for ready in ReadySession.all {
            sessions[ready.name] = try self.act(at: now) { try $0.open(ready.kind) }
        }
        return sessions
    }

    /// The public keys, as the key set publishes them.
    package func publicKeys() throws -> JSONObject {
        try SigningKey.keySet(self.keyRing.entries.map(\.key))
    }
}

extension Exchange {
    private static let lifetime: Int64 = 86_400

    fileprivate func open(_ kind: ReadySession.Kind) throws -> JSONObject {
        switch kind {
        case .of(let persona):
            return try self.open(persona).session
        case .withSecondFactor(let persona):
            let (user, row, _) = try self.open(persona)
            guard let factor = try user.factors(in: self.database).first else {
                throw AuthorityFault.noSuchPersona(persona.name)
            }
            return try self.session(user, try self.prove(factor, in: row))
        case .stale(let persona):
            return try self.openStale(persona)
        case .expired(let persona):
            let (user, row, _) = try self.open(persona)
            return try self.session(user, row, lifetime: -3_600)
        case .service:
            let claims = self.limited(["role": "service_role", "aud": "authenticated"])
            return ["access_token": .string(try self.signed(claims)), "token_type": "bearer"]
        }
    }

    private func open(
        _ persona: Persona
    ) throws -> (user: User, row: Session, session: JSONObject) {
        guard var user = try User.fetchOne(self.database, key: persona.id) else {
            throw AuthorityFault.noSuchPersona(persona.name)
        }
        let method = user.isAnonymous ? "anonymous" : "password"
        let row = try self.openSession(&user, method: method)
        return (user, row, try self.session(user, row))
    }

    private func openStale(_ persona: Persona) throws -> JSONObject {
        let (user, row, _) = try self.open(persona)
        // Where the database outlived an earlier start, the factor is gone already.
        guard let factor = try user.factors(in: self.database).first else {
            try row.prove(FactorType.totp.method, at: self.now, in: self.database)
            return try self.session(user, row)
        }
        let session = try self.session(user, try self.prove(factor, in: row))
        try self.remove(factor)
        return session
    }

    private func session(
        _ user: User,
        _ row: Session,
        lifetime: Int64 = Self.lifetime
    ) throws -> JSONObject {
        let token = try RefreshToken.issue(for: row.id, in: self.database)
        let claims = try self.accessClaims(user, session: row)
        return [
            "access_token": .string(try self.signed(self.limited(claims, lifetime: lifetime))),
            "token_type": "bearer",
            "expires_in": .integer(lifetime),
            "expires_at": .integer(self.now.seconds + lifetime),
            "refresh_token": .string(token.token),
            "user": try self.record(of: user),
        ]
    }

    private func limited(_ claims: JSONObject, lifetime: Int64 = Self.lifetime) -> JSONObject {
        var claims = claims
        claims["iss"] = .string(self.rules.issuer)
        claims["iat"] = .integer(self.now.seconds + min(0, lifetime - 60))
        claims["exp"] = .integer(self.now.seconds + lifetime)
        return claims
    }
}
