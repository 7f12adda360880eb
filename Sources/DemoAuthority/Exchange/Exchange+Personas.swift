internal import GRDB
internal import PolicyDSL

// People who are there from the start.
extension Exchange {
    /// Adds a persona unless there is somebody with that identifier.
    func seed(_ persona: Persona, password: String) throws {
        guard try User.fetchOne(self.database, key: persona.id) == nil else { return }
        var user = User(
            id: persona.id,
            email: persona.email,
            phone: persona.phone,
            createdAt: persona.created,
            updatedAt: persona.created
        )
        user.emailConfirmedAt = persona.email.map { _ in persona.created }
        user.phoneConfirmedAt = persona.phone.map { _ in persona.created }
        user.encryptedPassword = persona.isAnonymous ? nil : password
        user.isAnonymous = persona.isAnonymous
        if persona.isBanned { user.bannedUntil = self.now.adding(seconds: 10 * 31_536_000) }
        try user.insert(self.database)
        if persona.email != nil { try self.addIdentity("email", to: &user) }
        if persona.phone != nil { try self.addIdentity("phone", to: &user) }
        for (index, factor) in persona.factors.enumerated() {
            try self.add(factor, of: persona, at: persona.created.adding(seconds: Int64(index)))
        }
    }

    private func add(_ seed: PersonaFactor, of persona: Persona, at time: Instant) throws {
        let factor = Factor(
            id: try RandomText.uuid(),
            userId: persona.id,
            friendlyName: seed.name,
            factorType: seed.secret == nil ? .phone : .totp,
            status: seed.isVerified ? .verified : .unverified,
            secret: seed.secret,
            phone: seed.phone,
            lastChallengedAt: seed.isVerified ? nil : time,
            createdAt: time,
            updatedAt: time
        )
        try factor.insert(self.database)
    }
}
