internal import GRDB
internal import JSON
internal import PolicyDSL
internal import TokenSigning
internal import TokenVerify

/// Somebody whose token is good and whose session lives.
struct SessionUser {
    let user: User
    let session: Session
    let claims: JSONObject
}

extension Exchange {
    /// Who asks; the order of the checks is Supabase's.
    func caller() throws -> SessionUser {
        let claims = try self.bearerClaims()
        guard let subject = claims["sub"]?.stringValue, RandomText.isUUID(subject) else {
            throw AuthRefusal.subjectInvalid
        }
        guard let user = try User.fetchOne(self.database, key: subject) else {
            throw AuthRefusal.userOfTokenNotFound
        }
        let id = claims["session_id"]?.stringValue ?? ""
        guard let session = try Session.fetchOne(self.database, key: id),
            session.userId == user.id
        else { throw AuthRefusal.sessionNotFound }
        guard !user.isBanned(at: self.now) else { throw AuthRefusal.userBanned }
        return SessionUser(user: user, session: session, claims: claims)
    }

    /// Who asks, where anonymous users have nothing to ask for.
    func registeredCaller() throws -> SessionUser {
        let caller = try self.caller()
        guard !caller.user.isAnonymous else { throw AuthRefusal.anonymousNotAllowed }
        return caller
    }

    /// Lets only those through who may administer.
    func requireAdmin() throws {
        guard self.header("apikey") != self.rules.secretKey || self.hasForeignBearer else {
            return
        }
        let role = try self.bearerClaims()["role"]?.stringValue
        guard role == "service_role" || role == "supabase_admin" else {
            throw AuthRefusal.notAdmin
        }
    }

    // The gateway accepts an opaque key as Bearer only where it repeats `apikey`.
    private var hasForeignBearer: Bool {
        self.bearer.map { $0 != self.header("apikey") } ?? false
    }

    private var bearer: String? {
        guard let field = self.header("authorization"), field.lowercased().hasPrefix("bearer ")
        else { return nil }
        return String(field.dropFirst("bearer ".count))
    }

    private func bearerClaims() throws -> JSONObject {
        guard let token = self.bearer else { throw AuthRefusal.noAuthorization }
        switch Result(catching: { try self.verify(token) }) {
        case .success(let verified): return verified.claims.object
        case .failure(let rejection as TokenRejection):
            throw AuthRefusal.badToken(rejection.code)
        case .failure(let error): throw error
        }
    }

    /// The claims of a token of this authority; nil where it is none.
    func claims(of token: String) -> JSONObject? {
        (try? self.verify(token))?.claims.object
    }

    private func verify(_ token: String) throws -> VerifiedToken {
        let keys = try SigningKey.keySet(self.authority.keyRing.entries.map(\.key))
        let published = Array(JSONValue.object(keys).serialized().utf8)
        return try TokenVerifier.verify(
            Array(token.utf8).span,
            keys: JSONWebKeySet(parsing: published),
            expecting: TokenExpectations(leeway: 0),
            at: NumericDate(microseconds: self.now.microseconds)
        )
    }
}
