/// What a sidecar under test is started with.
struct GateSetup: Sendable {
    var policy = """
        gatekeeper 1
        pages { sign-in /login  step-up /mfa  enroll /mfa/setup }
        admit anyone to reads /public/**
        admit users, services
        policy admin { for users on /admin/** require aal2 }
        """
    var issuer: TestIssuer
    /// The `issuers` of the configuration; one static issuer unless they are given.
    var issuers: String
    /// Further top-level keys.
    var settings: String
    /// What the directory file holds: a user without a factor and one with, long-standing both.
    var users = """
        {"olga": {"created_at": "2019-05-01T09:00:00Z", "factors": []},
         "ada": {"created_at": "2020-02-02T09:00:00Z",
                 "factors": [{"factor_type": "totp", "status": "verified"}]}}
        """
    var upstream: RecordingUpstream.Script = RecordingUpstream.ok

    init(settings: String = "", issuers: String? = nil) throws {
        self.issuer = try TestIssuer()
        self.settings = settings
        self.issuers =
            issuers ?? """
                - provider: static
                  issuer: https://issuer.example
                  audience: [api]
                  jwks: keys.json
                  cookie: access_token
                """
    }

    /// Writes everything that `serve` reads, for an upstream on a port of this machine, and
    /// answers where the configuration is.
    @discardableResult
    func write(to folder: TemporaryFolder, port: Int) throws -> String {
        try folder.write(self.policy, to: "set.policy")
        try folder.write(try self.issuer.keySet(), to: "keys.json")
        try folder.write(self.users, to: "users.json")
        return try folder.write(self.configuration(port: port), to: "gatekeeper.yaml")
    }

    private func configuration(port: Int) -> String {
        // A later key of the same name would be an error, so that tests state theirs alone.
        let usual = [
            ("listen", "127.0.0.1:0"),
            ("upstream", "http://127.0.0.1:\(port)"),
            ("public_url", "https://app.example"),
            ("directory", "{source: file, path: users.json}"),
            ("log", "{file: decisions.jsonl}"),
        ]
        let lines = usual.filter { !self.settings.contains("\($0.0):") }.map { "\($0.0): \($0.1)" }
        return """
            admin: 127.0.0.1:0
            policy: set.policy
            issuers:
            \(self.issuers)
            \(lines.joined(separator: "\n"))
            \(self.settings)

            """
    }
}
