import JSON

/// What an author has beside a policy: claims, facts, tokens, keys.
struct SampleFiles {
    static let moment = "2026-10-01T12:00:00Z"

    let folder: TemporaryFolder
    let issuer: TestIssuer

    init() throws {
        self.folder = try TemporaryFolder()
        self.issuer = try TestIssuer()
        try self.folder.copy(Project.file("policies/opted-in-only.policy"), to: "p.policy")
        try self.folder.write(
            """
            {"iss": "https://issuer.example", "sub": "0b9a", "role": "authenticated", "aal": "aal1",
             "amr": [{"method": "password", "timestamp": 1790855880}]}
            """,
            to: "aal1.json"
        )
        try self.folder.write(
            """
            {"created_at": "2020-02-02T09:00:00Z",
             "factors": [{"factor_type": "totp", "status": "verified"}]}
            """,
            to: "ada.json"
        )
        try self.folder.write(try self.issuer.keySet(), to: "keys.json")
        try self.folder.write(try self.issuer.token() + "\n", to: "good.jwt")
        try self.folder.write(try self.issuer.token(lifetime: -600) + "\n", to: "expired.jwt")
    }

    /// Runs `gatekeeper` beside these files.
    func run(_ arguments: String..., input: String? = nil) async throws -> ProgramResult {
        try await ChildProcess.run(
            "gatekeeper",
            arguments,
            in: self.folder.path,
            input: input
        )
    }
}

extension ProgramResult {
    /// The output as JSON Lines.
    var lines: [JSONValue] {
        get throws {
            try self.output.split(separator: "\n").map { line in
                try JSONValue(parsing: Array(line.utf8), limits: .standard)
            }
        }
    }

    /// The output as one JSON document.
    var json: JSONValue {
        get throws {
            try JSONValue(parsing: Array(self.output.utf8), limits: .standard)
        }
    }
}
