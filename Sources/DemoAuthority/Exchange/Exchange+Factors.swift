internal import Foundation
internal import GRDB
internal import JSON
internal import NIOHTTP1

// Setting up second factors, and giving them up.
extension Exchange {
    func factorAnswer(_ parts: [Substring]) throws -> DemoResponse? {
        guard parts.first == "factors" else { return nil }
        let id = parts.dropFirst().first
        let verb = parts.dropFirst(2).first
        switch (self.request.method, id, verb, parts.count) {
        case (.POST, nil, nil, 1): return try self.enroll()
        case (.POST, let id?, "challenge", 3): return try self.challenge(id)
        case (.POST, let id?, "verify", 3): return try self.verify(factor: id)
        case (.DELETE, let id?, nil, 2): return try self.unenroll(id)
        default: return nil
        }
    }

    /// A factor of the caller's own.
    func factor(_ id: Substring, of user: User) throws -> Factor {
        guard RandomText.isUUID(id) else { throw AuthRefusal.noIdentifier("factor_id") }
        guard let factor = try Factor.fetchOne(self.database, key: id.lowercased()),
            factor.userId == user.id
        else { throw AuthRefusal.factorNotFound }
        return factor
    }

    private func enroll() throws -> DemoResponse {
        let caller = try self.registeredCaller()
        let members = try self.members()
        switch try members.text("factor_type") {
        case "totp": return try self.enrollAuthenticator(caller, members)
        case "phone": return try self.enrollPhone(caller, members)
        case "webauthn": throw AuthRefusal.webAuthnDisabled
        default:
            throw AuthRefusal.invalid("factor_type needs to be totp, phone, or webauthn")
        }
    }

    private func enrollAuthenticator(
        _ caller: SessionUser,
        _ members: JSONObject
    ) throws -> DemoResponse {
        try self.requireEnrolling(of: .totp)
        let name = try members.text("friendly_name")
        try self.makeRoom(for: name, caller)
        let issuer = try members.text("issuer")
        guard let account = caller.user.email else { throw AuthRefusal.noAccountName }
        let secret = try RandomText.authenticatorSecret()
        let factor = Factor(
            id: try RandomText.uuid(),
            userId: caller.user.id,
            friendlyName: name,
            factorType: .totp,
            secret: secret,
            createdAt: self.now,
            updatedAt: self.now
        )
        try factor.insert(self.database)
        let uri = Self.authenticatorURI(
            issuer: issuer.isEmpty ? self.rules.site : issuer,
            account: account,
            secret: secret
        )
        return .json([
            "id": .string(factor.id), "type": "totp", "friendly_name": .string(name),
            "totp": [
                "qr_code": .string(try QuickResponseCode.svg(of: uri)),
                "secret": .string(secret), "uri": .string(uri),
            ],
        ])
    }

    private static func authenticatorURI(
        issuer: String,
        account: String,
        secret: String
    ) -> String {
        let plain = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~@"))
        let parts = [issuer, account].map {
            $0.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
        }
        return "otpauth://totp/\(parts[0]):\(parts[1])?algorithm=SHA1&digits=6"
            + "&issuer=\(parts[0])&period=30&secret=\(secret)"
    }

    private func enrollPhone(
        _ caller: SessionUser,
        _ members: JSONObject
    ) throws -> DemoResponse {
        try self.requireEnrolling(of: .phone)
        let wanted = try members.text("phone")
        guard !wanted.isEmpty else {
            throw AuthRefusal.invalid("Phone number required to enroll Phone factor")
        }
        let phone = try Self.checkedPhone(
            wanted,
            or: "Invalid phone number format (E.164 required)"
        )
        for known in try caller.user.factors(in: self.database) where known.phone == phone {
            guard !known.isVerified else { throw AuthRefusal.verifiedFactorExists }
            try known.delete(self.database)
        }
        let name = try members.text("friendly_name")
        try self.makeRoom(for: name, caller)
        let factor = Factor(
            id: try RandomText.uuid(),
            userId: caller.user.id,
            friendlyName: name,
            factorType: .phone,
            phone: phone,
            createdAt: self.now,
            updatedAt: self.now
        )
        try factor.insert(self.database)
        return .json([
            "id": .string(factor.id), "type": "phone", "friendly_name": .string(name),
            "phone": .string(wanted),
        ])
    }

    private func requireEnrolling(of type: FactorType) throws {
        guard self.rules.factorTypes.contains(type) else {
            throw AuthRefusal.enrollDisabled(type)
        }
    }

    /// Removes what was never challenged, then checks that one more may be added.
    private func makeRoom(for name: String, _ caller: SessionUser) throws {
        let limit = self.now.adding(seconds: -self.rules.factorExpiry)
        try Factor.filter(
            Column("status") == FactorStatus.unverified.rawValue
                && Column("last_challenged_at") == nil && Column("created_at") < limit
        ).deleteAll(self.database)
        let plan = EnrolmentPlan(
            factors: try caller.user.factors(in: self.database),
            level: try caller.session.level(in: self.database)
        )
        try plan.check(newName: name, rules: self.rules)
    }

    private func unenroll(_ id: Substring) throws -> DemoResponse {
        let caller = try self.registeredCaller()
        let factor = try self.factor(id, of: caller.user)
        let level = try caller.session.level(in: self.database)
        guard !factor.isVerified || level == .aal2 else {
            throw AuthRefusal.unenrollNeedsSecondFactor
        }
        try self.remove(factor)
        return .json(["id": .string(factor.id)])
    }

    /// Removes a factor; sessions that it was verified in last are at the first level again.
    func remove(_ factor: Factor) throws {
        try factor.delete(self.database)
        let sessions = try Session.filter(Column("factor_id") == factor.id)
            .fetchAll(self.database)
        for var session in sessions {
            try MethodProof.deleteOne(
                self.database,
                key: [
                    "session_id": session.id,
                    "authentication_method": factor.factorType.method,
                ]
            )
            session.factorId = nil
            try session.update(self.database)
        }
    }
}
