internal import GRDB
internal import JSON
internal import PolicyDSL

// The shapes in which users and factors are told.
extension Exchange {
    /// The user object of `GET /user`; times that never were are left out, and so is an empty
    /// list of factors.
    func record(of user: User) throws -> JSONValue {
        let factors = try user.factors(in: self.database)
        let identities = try user.identities(in: self.database)
        var record: JSONObject = [
            "id": .string(user.id), "aud": .string(user.aud), "role": .string(user.role),
            "email": .string(user.email ?? ""), "phone": .string(user.phone ?? ""),
        ]
        record["email_confirmed_at"] = user.emailConfirmedAt.map(Self.time)
        record["phone_confirmed_at"] = user.phoneConfirmedAt.map(Self.time)
        record["confirmed_at"] = (user.emailConfirmedAt ?? user.phoneConfirmedAt).map(Self.time)
        record["last_sign_in_at"] = user.lastSignInAt.map(Self.time)
        record["app_metadata"] = .object(user.rawAppMetaData.members)
        record["user_metadata"] = .object(user.rawUserMetaData.members)
        if !factors.isEmpty { record["factors"] = .array(factors.map(Self.record)) }
        record["identities"] = .array(identities.map { Self.record(of: $0, user: user) })
        record["created_at"] = Self.time(user.createdAt)
        record["updated_at"] = Self.time(user.updatedAt)
        record["banned_until"] = user.bannedUntil.map(Self.time)
        record["is_anonymous"] = .bool(user.isAnonymous)
        return .object(record)
    }

    static func record(of factor: Factor) -> JSONValue {
        var record: JSONObject = ["id": .string(factor.id)]
        if !factor.friendlyName.isEmpty {
            record["friendly_name"] = .string(factor.friendlyName)
        }
        record["factor_type"] = .string(factor.factorType.rawValue)
        record["status"] = .string(factor.status.rawValue)
        record["phone"] = .string(factor.phone ?? "")
        record["created_at"] = Self.time(factor.createdAt)
        record["updated_at"] = Self.time(factor.updatedAt)
        record["last_challenged_at"] = factor.lastChallengedAt.map(Self.time) ?? .null
        return .object(record)
    }

    private static func record(of identity: Identity, user: User) -> JSONValue {
        let data: JSONObject = [
            "sub": .string(user.id), "email": .string(user.email ?? ""),
            "phone": .string(user.phone ?? ""),
            "email_verified": .bool(user.emailConfirmedAt != nil),
            "phone_verified": .bool(user.phoneConfirmedAt != nil),
        ]
        return [
            "identity_id": .string(identity.id), "id": .string(user.id),
            "user_id": .string(user.id), "identity_data": .object(data),
            "provider": .string(identity.provider),
            "last_sign_in_at": identity.lastSignInAt.map(Self.time) ?? .null,
            "created_at": Self.time(identity.createdAt),
            "updated_at": Self.time(identity.updatedAt),
            "email": .string(user.email ?? ""),
        ]
    }

    private static func time(_ instant: Instant) -> JSONValue { .string(instant.description) }
}
