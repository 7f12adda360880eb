import JSON
import Testing
import TokenVerify

/// `gatekeeper verify`, one token or thousands.
@Suite(.timeLimit(.minutes(1))) struct VerifyCommandTests {
    @Test(
        "a token is valid, or there is a word for why not",
        arguments: [
            (["--token", "good.jwt"], nil), (["--token", "expired.jwt"], "token-expired"),
            (["--token", "expired.jwt", "--at", "2020-01-01"], "token-issued-in-future"),
            (["--token", "good.jwt", "--issuer", "https://issuer.example"], nil),
            (["--token", "good.jwt", "--issuer", "https://issuer.example/"], "issuer-mismatch"),
            (["--token", "good.jwt", "--audience", "other", "--audience", "api"], nil),
            (["--token", "good.jwt", "--audience", "other"], "audience-mismatch"),
            (["--token", "good.jwt", "--algorithms", "RS256,ES384"], "algorithm-not-allowed"),
            (["--token", "good.jwt", "--algorithms", "RS256,ES256"], nil),
            (["--token", "huge.jwt"], "token-too-large"),
            (["--token", "aal1.json", "--jws"], "token-malformed"),
            (["--token", "expired.jwt", "--jws"], nil),
        ] as [([String], String?)]
    )
    func single(arguments: [String], code: String?) async throws {
        let samples = try SampleFiles()
        try samples.folder.write(String(repeating: "a", count: 1 << 20), to: "huge.jwt")
        for format in ["text", "json"] {
            let result = try await ChildProcess.run(
                "gatekeeper",
                ["verify", "--jwks", "keys.json", "--format", format] + arguments,
                in: samples.folder.path
            )
            #expect(result.status == (code == nil ? 0 : 2), "\(result.errors)")
            #expect(result.output.contains(code ?? "valid"))
            #expect(!result.output.contains(try samples.folder.read("good.jwt").prefix(40)))
            guard format == "json" else { continue }
            #expect(
                try result.json == [
                    "valid": .bool(code == nil), "code": code.map(JSONValue.string) ?? .null,
                ]
            )
        }
    }

    @Test("a batch brings keys and expectations with each token")
    func batch() async throws {
        let samples = try SampleFiles()
        let keys = try samples.issuer.keySet()
        let token = try samples.issuer.token()
        let lines = """
            {"id": 1, "token": "\(token)", "jwks": \(keys)}
            {"id": 2, "token": "\(token)", "jwks": \(keys), "audience": ["x", "api"], "at": 0}
            {"id": 3, "token": "\(token)", "jwks": \(keys), "issuer": "https://other.example"}
            {"id": 4, "token": "\(token)", "jwks": {"keys": [{"kty": "oct", "k": "AAAA"}, 1]}}
            {"id": 5, "token": 5, "jwks": \(keys)}
            {"id": 6, "token": "\(token)"}
            {"id": 7, "token": "\(token)", "jwks": \(keys), "algorithms": ["ES256"]}

            """
        let result = try await samples.run(
            "verify",
            "--batch",
            "-",
            "--format",
            "json",
            input: lines
        )
        #expect(result.status == 1)
        let answers = try result.lines
        #expect(answers.map { $0["id"]?.integerValue } == [1, 2, 3, 4, 5, 6, 7])
        #expect(
            answers.map { $0["valid"] } == [true, false, false, false, nil, nil, true]
        )
        #expect(answers[1]["code"] == "token-issued-in-future")
        #expect(answers[2]["code"] == "issuer-mismatch")
        #expect(answers[4]["error"] != nil)
        #expect(answers[5]["error"] != nil)
        #expect(!result.output.contains(token.suffix(20)))
        let readable = lines.split(separator: "\n").filter {
            !$0.contains("\"id\": 5") && !$0.contains("\"id\": 6")
        }
        let all = try await samples.run(
            "verify",
            "--batch",
            "-",
            input: readable.joined(separator: "\n")
        )
        #expect(all.status == 0)
    }

    @Test(
        "`--jws` over the published vectors decides like the library, word for word, in one run",
        arguments: [
            ("wycheproof/json_web_signature_test", 401), ("wycheproof/json_web_key_test", 26),
        ]
    )
    func publishedVectors(name: String, count: Int) async throws {
        let text = try Project.text(of: "Tests/TokenTests/Vectors/\(name).json")
        let file = try JSONValue(
            parsing: Array(text.utf8),
            limits: JSONLimits(maximumBytes: 1 << 24)
        )
        var lines: [String] = []
        var expected: [JSONObject] = []
        for group in file["testGroups"]?.arrayValue ?? [] {
            let keys = group["public"] ?? group["private"] ?? .null
            for vector in group["tests"]?.arrayValue ?? [] {
                // Some are no compact token at all, but the JSON serialization.
                let token = vector["jws"]?.stringValue ?? vector["jws"]?.serialized() ?? ""
                let id = vector["tcId"] ?? .null
                let line: JSONObject = ["id": id, "token": .string(token), "jwks": keys]
                lines.append(JSONValue.object(line).serialized())
                let code = Self.refusal(of: token, keys: keys)
                expected.append([
                    "id": id, "valid": .bool(code == nil),
                    "code": code.map(JSONValue.string) ?? .null,
                ])
            }
        }
        #expect(lines.count == count)
        let result = try await SampleFiles().run(
            "verify",
            "--jws",
            "--batch",
            "-",
            "--format",
            "json",
            input: lines.joined(separator: "\n")
        )
        #expect(result.status == 0)
        #expect(try result.lines.map { $0.objectValue } == expected)
    }

    private static func refusal(of token: String, keys: JSONValue) -> String? {
        do {
            _ = try TokenVerifier.verifySignature(
                Array(token.utf8).span,
                keys: try JSONWebKeySet(parsing: Array(keys.serialized().utf8)),
                expecting: TokenExpectations()
            )
            return nil
        } catch let error as TokenRejection {
            return error.code
        } catch {
            return (error as? KeySetError)?.code
        }
    }

    @Test(
        "wrong usage is status 1",
        arguments: [[], ["--token", "good.jwt"], ["--batch", "missing"]]
    )
    func usage(arguments: [String]) async throws {
        let samples = try SampleFiles()
        let result = try await ChildProcess.run(
            "gatekeeper",
            ["verify"] + arguments,
            in: samples.folder.path
        )
        #expect(result.status == 1)
        #expect(!result.errors.isEmpty)
    }
}
