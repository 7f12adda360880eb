internal import JSON
internal import Synchronization
internal import TokenSigning

/// The files of a running quickstart: the issuer's keys, the user directory, a token per persona.
final class QuickstartState: Sendable {
    let folder: String
    let issuer: DemoIssuer
    private let users: Mutex<JSONObject>

    /// Opens the state in `folder`; keys are made on first run and kept.
    init(folder: String) throws {
        self.folder = folder
        try DemoFiles.makeFolder("\(folder)/tokens")
        self.issuer = DemoIssuer(key: try DemoFiles.signingKey(in: folder))
        self.users = Mutex(Self.directory())
    }

    /// Writes the public keys, the directory and fresh tokens.
    func writeFiles(now: Int64) throws {
        let keys = JSONValue.object(try SigningKey.keySet([self.issuer.key]))
        try DemoFiles.write(keys.serialized(pretty: true) + "\n", to: "\(self.folder)/keys.json")
        try self.writeUsers(self.users.withLock { $0 })
        for persona in QuickstartPersona.all {
            guard let token = try self.issuer.token(for: persona, now: now) else { continue }
            try DemoFiles.write(token + "\n", to: self.tokenFile(of: persona), mode: 0o600)
        }
    }

    func tokenFile(of persona: QuickstartPersona) -> String {
        "\(self.folder)/tokens/\(persona.name).jwt"
    }

    /// Adds a verified factor, as an enrolment page would.
    func enroll(_ factor: String, for subject: String) throws {
        let users = self.users.withLock { users in
            var user = users[subject]?.objectValue ?? [:]
            let known = user["factors"]?.arrayValue ?? []
            user["factors"] = .array(known + [Self.factor(factor)])
            users[subject] = .object(user)
            return users
        }
        try self.writeUsers(users)
    }

    private func writeUsers(_ users: JSONObject) throws {
        let text = JSONValue.object(users).serialized(pretty: true)
        try DemoFiles.write(text + "\n", to: "\(self.folder)/users.json")
    }

    private static func directory() -> JSONObject {
        var users = JSONObject()
        for persona in QuickstartPersona.all {
            guard let subject = persona.subject, let created = persona.created else { continue }
            users[subject] = [
                "created_at": .string(created),
                "factors": .array(persona.factors.map(Self.factor)),
            ]
        }
        return users
    }

    private static func factor(_ type: String) -> JSONValue {
        ["factor_type": .string(type), "status": "verified"]
    }
}
