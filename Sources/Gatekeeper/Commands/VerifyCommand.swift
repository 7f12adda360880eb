internal import ArgumentParser
internal import JSON
internal import PolicyDSL
internal import TokenVerify

/// `gatekeeper verify`: tokens only, no policy.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Says whether a token is valid, and if not, why.",
        discussion: """
            gatekeeper verify --jwks keys.json --token t.jwt --issuer https://id.example.com
            gatekeeper verify --config gatekeeper.yaml --token t.jwt
            gatekeeper verify --batch tokens.jsonl --format json

            With --config the issuer that the token names is the one it is held against.
            A batch line is {"id", "token", "jwks": {…}, "issuer"?, "audience"?, "algorithms"?, "at"?}.
            The token is never printed.
            """
    )

    @Option(help: "The file with the compact token; `-` is standard input.")
    var token: String?

    @Option(help: "Takes issuers and keys from a configuration file.")
    var config: String?

    @Option(help: "A JSON Web Key Set, a single JWK, or PEM public keys.")
    var jwks: String?

    @Option(help: "A file that holds an HMAC secret.")
    var secret: String?

    @Option(help: "The exact `iss` that the token must bear.")
    var issuer: String?

    @Option(help: "An audience that the token must name; repeat for alternatives.")
    var audience: [String] = []

    @Option(help: "The algorithms allowed, such as ES256,RS256.")
    var algorithms: AlgorithmsArgument?

    @Option(help: "The moment of the check; now unless given.")
    var at: InstantArgument?

    @Option(help: "A file of JSON Lines, each a token with its own keys; `-` is standard input.")
    var batch: String?

    @Flag(help: "Checks the signature only; the payload may be anything.")
    var jws = false

    @Option(help: "text or json.")
    var format: ResultFormat = .text

    func validate() throws {
        guard (self.batch == nil) != (self.token == nil) else {
            throw ValidationError("name one token with --token, or many with --batch")
        }
        let namesKeys = self.jwks != nil || self.secret != nil
        guard self.config == nil || (!namesKeys && self.batch == nil && !self.jws) else {
            throw ValidationError("--config brings its own keys and takes one token")
        }
        let namesIssuer = self.issuer != nil || !self.audience.isEmpty || self.algorithms != nil
        guard self.config == nil || !namesIssuer else {
            throw ValidationError("--config says what tokens must bear; leave that out")
        }
        guard self.batch != nil || self.config != nil || (self.jwks == nil) != (self.secret == nil)
        else {
            throw ValidationError("name the keys: --jwks FILE, --secret FILE or --config FILE")
        }
    }

    func run() async throws {
        if let batch = self.batch {
            try self.runBatch(batch)
        } else {
            try await self.runSingle(token: self.token ?? "-")
        }
    }

    private func runSingle(token: String) async throws {
        let bytes = Self.trimmed(try InputFile.read(token))
        let answer = try await self.answer(bytes)
        switch self.format {
        case .json: try Console.write(answer.json(id: nil).serialized() + "\n")
        case .text: try Console.write(answer.text + "\n")
        }
        if !answer.isValid { throw ExitStatus.refused.exit }
    }

    private func answer(_ token: [UInt8]) async throws -> TokenQuestion.Answer {
        let now = self.at?.instant ?? .now
        if let path = self.config {
            let configuration = try ConfigurationLoading.load(path, format: self.format)
            return try await ConfiguredToken.answer(token, by: configuration, at: now)
        }
        let question = TokenQuestion(
            token: token,
            keys: .success(try KeyFile.read(jwks: self.jwks, secret: self.secret)),
            expectations: self.expectations,
            at: now
        )
        return question.answer(signatureOnly: self.jws)
    }

    private func runBatch(_ path: String) throws {
        var lines = try LineReader(path)
        var isComplete = true
        while let line = try lines.next() {
            let result = TokenQuestion.answer(
                line: line,
                defaults: self.expectations,
                at: self.at?.instant,
                signatureOnly: self.jws
            )
            isComplete = isComplete && result["error"] == nil
            switch self.format {
            case .json: try Console.write(JSONValue.object(result).serialized() + "\n")
            case .text: try Console.write(Self.text(of: result) + "\n")
            }
        }
        if !isComplete { throw ExitStatus.failed.exit }
    }

    private static func text(of result: JSONObject) -> String {
        let id = result["id"].map { $0.stringValue ?? $0.serialized() } ?? "-"
        if let error = result["error"]?.stringValue { return "\(id)\terror: \(error)" }
        if result["valid"] == .bool(true) { return "\(id)\tvalid" }
        return "\(id)\tnot valid: \(result["code"]?.stringValue ?? "")"
    }

    private var expectations: TokenExpectations {
        TokenExpectations(
            issuer: self.issuer,
            audiences: self.audience,
            algorithms: self.algorithms?.algorithms
        )
    }

    /// Files end in a line break that is no part of the token.
    static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        Array(bytes.reversed().drop { $0 == 0x0A || $0 == 0x0D }.reversed())
    }
}
