internal import GRDB
internal import JSON
internal import NIOHTTP1
internal import TokenSigning

// What signing in, refreshing and verifying a factor have in common: the token response.
extension Exchange {
    /// Opens a session that was proven by `method`.
    func openSession(_ user: inout User, method: String) throws -> Session {
        let session = Session(
            id: try RandomText.uuid(),
            userId: user.id,
            userAgent: self.header("user-agent"),
            ip: self.client,
            createdAt: self.now
        )
        try session.insert(self.database)
        try session.prove(method, at: self.now, in: self.database)
        user.lastSignInAt = self.now
        user.updatedAt = self.now
        try user.update(self.database)
        return session
    }

    /// The answer that carries tokens for a session.
    func tokenAnswer(
        _ user: User,
        session: Session,
        refreshToken: RefreshToken
    ) throws -> DemoResponse {
        let lifetime = self.rules.tokenLifetime
        return .json([
            "access_token": .string(try self.accessToken(user, session: session)),
            "token_type": "bearer",
            "expires_in": .integer(lifetime),
            "expires_at": .integer(self.now.seconds + lifetime),
            "refresh_token": .string(refreshToken.token),
            "user": try self.record(of: user),
        ])
    }

    /// Opens a session and answers with its tokens.
    func signIn(_ user: User, method: String) throws -> DemoResponse {
        var user = user
        let session = try self.openSession(&user, method: method)
        let token = try RefreshToken.issue(for: session.id, in: self.database)
        return try self.tokenAnswer(user, session: session, refreshToken: token)
    }

    func accessToken(_ user: User, session: Session) throws -> String {
        try self.signed(try self.accessClaims(user, session: session))
    }

    /// A token of these claims, signed by the key in use.
    func signed(_ claims: JSONObject) throws -> String {
        guard let key = self.authority.keyRing.signing else { throw AuthorityFault.noKeyToSign }
        return try key.token(claims: claims)
    }

    func accessClaims(_ user: User, session: Session) throws -> JSONObject {
        let proofs = try session.proofs(in: self.database)
        let level = SessionLevel(methods: proofs.map(\.authenticationMethod))
        return [
            "iss": .string(self.rules.issuer),
            "sub": .string(user.id),
            "aud": .string(user.aud),
            "exp": .integer(self.now.seconds + self.rules.tokenLifetime),
            "iat": .integer(self.now.seconds),
            "email": .string(user.email ?? ""),
            "phone": .string(user.phone ?? ""),
            "app_metadata": .object(user.rawAppMetaData.members),
            "user_metadata": .object(user.rawUserMetaData.members),
            "role": .string(user.role),
            "aal": .string(level.rawValue),
            "amr": .array(
                proofs.map { proof in
                    [
                        "method": .string(proof.authenticationMethod),
                        "timestamp": .integer(proof.updatedAt.seconds),
                    ]
                }
            ),
            "session_id": .string(session.id),
            "is_anonymous": .bool(user.isAnonymous),
        ]
    }
}

// Refreshing.
extension Exchange {
    func refresh() throws -> DemoResponse {
        let presented = try self.members().text("refresh_token")
        guard !presented.isEmpty else { throw AuthRefusal.invalid("refresh_token required") }
        guard let token = try RefreshToken.find(presented, in: self.database),
            var session = try Session.fetchOne(self.database, key: token.sessionId),
            let user = try User.fetchOne(self.database, key: session.userId)
        else { throw AuthRefusal.refreshTokenNotFound }
        guard !user.isBanned(at: self.now) else { throw AuthRefusal.signInBanned }
        session.refreshedAt = self.now
        try session.update(self.database)
        let active = try RefreshToken.active(of: session.id, in: self.database)
        switch token.decision(active: active, at: self.now) {
        case .replace:
            let next = try self.replace(token)
            return try self.tokenAnswer(user, session: session, refreshToken: next)
        case .repeatAnswer(let next):
            return try self.tokenAnswer(user, session: session, refreshToken: next)
        case .revokeFamily:
            // Answered, not thrown: the revocation has to stay.
            try RefreshToken.revokeAll(of: session.id, in: self.database)
            return AuthRefusal.refreshTokenUsed.response(
                version: self.header("x-supabase-api-version")
            )
        }
    }

    private func replace(_ token: RefreshToken) throws -> RefreshToken {
        if !token.revoked {
            var old = token
            old.revoked = true
            old.reusableUntil = self.now.adding(seconds: self.rules.refreshReuseInterval)
            try old.update(self.database)
        }
        return try RefreshToken.issue(
            for: token.sessionId,
            parent: token.token,
            in: self.database
        )
    }
}
