internal import JSON
internal import PolicyDSL

extension Witness {
    /// The case as a line that `check --batch` accepts, its claims in Supabase's form.
    var json: JSONValue {
        var object: JSONObject = ["id": "witness"]
        if let claims = self.principal.sampleClaims { object["claims"] = .object(claims) }
        object["user"] = self.directory.sampleRecord
        object["request"] = .string("\(self.request.method) \(self.request.path)")
        switch self.request.host {
        case .known(let host): object["host"] = .string(host)
        case .unknown: break
        }
        object["at"] = .string(self.now.description)
        return .object(object)
    }
}

extension Principal {
    /// A claims set that makes this principal; a visitor has none.
    fileprivate var sampleClaims: JSONObject? {
        guard self.subjectClass != .visitor else { return nil }
        var claims: JSONObject = ["sub": .string(self.id ?? "sample-user")]
        claims["aal"] = .string("aal\(self.assurance.rawValue)")
        claims["amr"] = .array(self.proofs.methods.methods.map(self.reference))
        let role = self.subjectClass == .service ? "service_role" : self.role
        claims["role"] = role.map(JSONValue.string)
        if self.subjectClass == .guest { claims["is_anonymous"] = true }
        if self.subjectClass == .user, !self.canBeUpgraded { claims["client_id"] = "sample-client" }
        for (path, values) in self.claims {
            let value: JSONValue =
                values.count == 1 ? .string(values[0]) : .array(values.map(JSONValue.string))
            claims.insert(value, at: path.segments[...])
        }
        return claims
    }

    private func reference(to method: AuthenticationMethod) -> JSONValue {
        let name =
            switch method {
            case .sms: "mfa/phone"
            case .webauthn: "mfa/webauthn"
            case .saml: "sso/saml"
            case .password, .otp, .magiclink, .oauth, .passkey, .web3, .recovery, .invite, .totp:
                method.word
            }
        guard let time = self.proofs.time(of: method) else { return .string(name) }
        return ["method": .string(name), "timestamp": time.seconds]
    }
}

extension Instant {
    /// Now, in whole seconds: what is printed as a witness should be short.
    static var thisSecond: Instant {
        let now = Instant.now
        return Instant(microseconds: now.microseconds - now.microseconds % 1_000_000)
    }

    fileprivate var seconds: JSONValue {
        let isWhole = self.microseconds % 1_000_000 == 0
        return isWhole
            ? .integer(self.microseconds / 1_000_000)
            : .real(Double(self.microseconds) / 1_000_000)
    }
}

extension JSONObject {
    fileprivate mutating func insert(_ value: JSONValue, at path: ArraySlice<String>) {
        guard let name = path.first else { return }
        guard path.count > 1 else {
            self[name] = value
            return
        }
        var inner = self[name]?.objectValue ?? JSONObject()
        inner.insert(value, at: path.dropFirst())
        self[name] = .object(inner)
    }
}

extension DirectoryAnswer {
    /// The user's record; absent while the directory is silent.
    fileprivate var sampleRecord: JSONValue? {
        switch self {
        case .unknown: nil
        case .refused: .null
        case .known(let facts): facts.sampleRecord
        }
    }
}

extension UserFacts {
    fileprivate var sampleRecord: JSONValue {
        let created: JSONValue =
            switch self.created {
            case .known(let instant?): .string(instant.description)
            case .known(nil), .unknown: .null
            }
        guard case .known(let counts) = self.factors else {
            return ["created_at": created, "factors": []]
        }
        let named = FactorType.allCases.flatMap { type in
            Array(repeating: type.rawValue, count: max(0, counts[type]))
        }
        let all = named + Array(repeating: "other", count: max(0, counts.other))
        return [
            "created_at": created,
            "factors": .array(
                all.map { ["factor_type": .string($0), "status": "verified"] }
            ),
        ]
    }
}
