internal import GRDB
internal import JSON
internal import PolicyDSL

// Asking for a factor's code, and looking at it.
extension Exchange {
    func challenge(_ id: Substring) throws -> DemoResponse {
        try self.limit(.factorChallenge)
        let caller = try self.registeredCaller()
        var factor = try self.factor(id, of: caller.user)
        try self.requireVerifying(of: factor.factorType)
        let code =
            switch factor.factorType {
            case .totp: String?.none
            case .phone: try self.sendCode(to: factor)
            }
        let challenge = Challenge(
            id: try RandomText.uuid(),
            factorId: factor.id,
            createdAt: self.now,
            ipAddress: self.client,
            otpCode: code
        )
        try challenge.insert(self.database)
        factor.lastChallengedAt = self.now
        try factor.update(self.database)
        let end = self.now.adding(seconds: self.rules.challengeLifetime)
        return .json([
            "id": .string(challenge.id), "type": .string(factor.factorType.rawValue),
            "expires_at": .integer(end.seconds),
        ])
    }

    private func sendCode(to factor: Factor) throws -> String {
        let wanted = try self.members().text("channel")
        let channel = wanted.isEmpty ? "sms" : wanted
        guard channel == "sms" || channel == "whatsapp" else {
            throw AuthRefusal.invalid(
                "Invalid channel, supported values are 'sms' or 'whatsapp'. "
                    + "'whatsapp' is only supported if Twilio or Twilio Verify is used as the "
                    + "provider."
            )
        }
        let wait = factor.secondsUntilNextMessage(
            at: self.now,
            interval: self.rules.messageInterval
        )
        if let wait { throw AuthRefusal.messageLimit(retryAfter: wait) }
        let code = try RandomText.code()
        let message = TextMessage(
            phone: factor.phone ?? "",
            channel: channel,
            body: "Your code is \(code)",
            code: code,
            sentAt: self.now
        )
        try message.insert(self.database)
        return code
    }

    private func requireVerifying(of type: FactorType) throws {
        guard self.rules.factorTypes.contains(type) else {
            throw AuthRefusal.verifyDisabled(type)
        }
    }

    func verify(factor id: Substring) throws -> DemoResponse {
        try self.limit(.factorVerify)
        let caller = try self.registeredCaller()
        let factor = try self.factor(id, of: caller.user)
        let members = try self.members()
        let challengeID = try members.text("challenge_id")
        let code = try members.text("code")
        guard RandomText.isUUID(challengeID) else { throw AuthRefusal.bodyMalformed }
        guard !code.isEmpty else { throw AuthRefusal.invalid("Code needs to be non-empty") }
        try self.requireVerifying(of: factor.factorType)
        guard let challenge = try Challenge.fetchOne(self.database, key: challengeID.lowercased()),
            challenge.factorId == factor.id
        else { throw AuthRefusal.challengeNotFound }
        switch challenge.standing(
            for: self.client,
            at: self.now,
            lifetime: self.rules.challengeLifetime
        ) {
        case .spentOrElsewhere: throw AuthRefusal.challengeSpentOrElsewhere
        case .expired:
            // Answered, not thrown: the challenge has to go.
            try challenge.delete(self.database)
            return AuthRefusal.challengeExpired(challenge.id).response(
                version: self.header("x-supabase-api-version")
            )
        case .open: break
        }
        guard self.isRight(code, for: factor, challenge) else {
            throw AuthRefusal.wrongCode(factor.factorType)
        }
        return try self.complete(challenge, of: factor, caller)
    }

    private func isRight(_ code: String, for factor: Factor, _ challenge: Challenge) -> Bool {
        switch factor.factorType {
        case .totp:
            let secret = factor.secret.flatMap { TimeBasedCode(secret: $0) }
            return secret?.accepts(code, at: self.now) ?? false
        case .phone:
            return Libcrypto.areEqual(Array((challenge.otpCode ?? "").utf8), Array(code.utf8))
        }
    }

    /// Takes the session to the second level, and everybody who is not there out.
    private func complete(
        _ challenge: Challenge,
        of factor: Factor,
        _ caller: SessionUser
    ) throws -> DemoResponse {
        var challenge = challenge
        challenge.verifiedAt = self.now
        try challenge.update(self.database)
        let session = try self.prove(factor, in: caller.session)
        try self.endSessionsBelowSecondLevel(of: caller.user)
        try Factor.filter(
            Column("user_id") == caller.user.id
                && Column("factor_type") == factor.factorType.rawValue
                && Column("status") == FactorStatus.unverified.rawValue
        ).deleteAll(self.database)
        // The token that the first level got must not open the second.
        try RefreshToken.revokeAll(of: session.id, in: self.database)
        let token = try RefreshToken.issue(for: session.id, in: self.database)
        return try self.tokenAnswer(caller.user, session: session, refreshToken: token)
    }

    /// Notes that a session's user has just shown a factor, which thereby counts as verified.
    func prove(_ factor: Factor, in session: Session) throws -> Session {
        var factor = factor
        if !factor.isVerified {
            factor.status = .verified
            factor.updatedAt = self.now
            try factor.update(self.database)
        }
        var session = session
        session.factorId = factor.id
        try session.update(self.database)
        try session.prove(factor.factorType.method, at: self.now, in: self.database)
        return session
    }

    private func endSessionsBelowSecondLevel(of user: User) throws {
        let sessions = try Session.filter(Column("user_id") == user.id).fetchAll(self.database)
        for session in sessions where try session.level(in: self.database) < .aal2 {
            try session.delete(self.database)
        }
    }
}
