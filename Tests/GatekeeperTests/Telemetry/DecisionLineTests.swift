import HTTPMessage
import JSON
import NIOCore
import NIOEmbedded
import Testing

@testable import Gatekeeper
@testable import PolicyDSL

@Suite struct DecisionLineTests {
    static let facts = UserFacts(
        created: .known(Instant(rfc3339: "2026-01-01T00:00:00Z")),
        factors: .known(FactorCounts(totp: 1))
    )

    static let entry = Entry(
        policy: "opted-in-only",
        demand: "aal2",
        remedy: .stepUp,
        reason: .aalTooLow,
        using: Means(factors: FactorSet(.totp)),
        certainty: .definite
    )

    static let caller = Caller(
        principal: Principal(.user),
        issuer: "https://i.test",
        subject: "ada",
        session: "s",
        methods: []
    )

    static func decision(_ outcome: Outcome) -> Decision {
        Decision(
            outcome: outcome,
            enforced: outcome == .allow ? [] : [Self.entry],
            projected: Decision.Projection(outcome: outcome, entries: []),
            advice: [],
            needs: [],
            unknown: []
        )
    }

    static func record(
        _ outcome: Outcome = .stepUp,
        answer: DirectoryAnswer = .known(Self.facts),
        token: TokenNote = .valid,
        subject: Caller? = Self.caller,
        pseudonym: Pseudonym? = nil,
        path: String = "/admin",
        host: String? = "app.example.com",
        id: DecisionID = DecisionID(high: 1, low: 2),
        isAsked: Bool = true,
        reason: String? = nil,
        request: RequestText? = nil
    ) -> DecisionRecord {
        DecisionRecord(
            time: Instant(microseconds: 1_790_000_000_004_200),
            decision: id,
            request: request ?? RequestText(method: "GET", host: host, path: path),
            caller: CallerText(subject, answer, pseudonym: pseudonym),
            factsAge: .seconds(7),
            verdict: RecordedVerdict(
                token: token,
                outcome: outcome,
                decision: isAsked ? Self.decision(outcome) : nil,
                reason: reason,
                revision: "9f31c2a0"
            )
        )
    }

    static func json(_ record: DecisionRecord, status: UInt16 = 302) throws -> JSONObject {
        var writer = DecisionLineWriter()
        var line: [UInt8] = []
        writer.begin(record, in: &line)
        writer.end(status: status, in: &line)
        #expect(line.last == UInt8(ascii: "\n"))
        #expect(line.count { $0 == UInt8(ascii: "\n") } == 1)
        let value = try JSONValue(parsing: line, limits: .standard)
        return try #require(value.objectValue)
    }

    @Test("a request that belongs to a trace is found by it")
    func trace() throws {
        let trace = "0af7651916cd43dd8448eb211c80319c"
        let line = try Self.json(Self.record(request: RequestText(trace: trace)))
        #expect(line.names.prefix(3) == ["time", "decision", "trace"])
        #expect(line["trace"] == .string(trace))
    }

    @Test("a line holds exactly the members of the contract, in its order")
    func members() throws {
        let line = try Self.json(Self.record())
        #expect(
            line.names == [
                "time", "decision", "request", "subject", "facts", "token", "outcome", "enforced",
                "projected", "revision", "status",
            ]
        )
        #expect(line["time"] == "2026-09-21T14:13:20.004200Z")
        #expect(line["decision"] == "00000000000000010000000000000002")
        #expect(
            line["request"] == ["method": "GET", "host": "app.example.com", "path": "/admin"]
        )
        #expect(line["token"] == ["status": "valid", "code": .null])
        #expect(line["outcome"] == "step-up")
        #expect(line["enforced"] == .array([Self.entry.json]))
        #expect(line["projected"] == ["outcome": "step-up", "entries": []])
        #expect(line["revision"] == "9f31c2a0")
        #expect(line["status"] == 302)
        let factors: JSONValue = [["factor_type": "totp", "status": "verified"]]
        #expect(
            line["facts"]
                == ["created_at": "2026-01-01T00:00:00Z", "factors": factors, "age": 7]
        )
    }

    @Test("a refusal that no policy asked for is an entry without a policy")
    func withoutPolicy() throws {
        let line = try Self.json(Self.record(.deny, isAsked: false, reason: "cross-site"))
        #expect(
            line["enforced"] == [
                [
                    "policy": .null, "demand": .null, "remedy": "deny", "reason": "cross-site",
                    "using": [], "certainty": "definite",
                ]
            ]
        )
        #expect(line["projected"] == ["outcome": "deny", "entries": []])
    }

    @Test("facts are in the shape that the directory's reader takes")
    func factsShape() throws {
        let counts = FactorCounts(totp: 2, other: 1)
        let facts = UserFacts(created: .known(nil), factors: .known(counts))
        let line = try Self.json(Self.record(answer: .known(facts)))
        let record = UserRecord(try #require(line["facts"]?.objectValue))
        #expect(record.facts == facts)
        let refused = try Self.json(Self.record(answer: .refused(.userBanned)))
        #expect(refused["facts"] == ["refused": "user-banned"])
    }

    @Test("the subject is the one of `check`, with the level that the facts allow")
    func subject() throws {
        for answer in [
            DirectoryAnswer.known(Self.facts), .unknown, .refused(.userBanned),
            .known(UserFacts(created: .unknown, factors: .known(FactorCounts()))),
        ] {
            let line = try Self.json(Self.record(answer: answer))
            #expect(line["subject"] == .object(Self.caller.json(directory: answer)))
        }
    }

    @Test("what nobody knows is null")
    func nulls() throws {
        let line = try Self.json(
            Self.record(
                .unauthenticated,
                answer: .unknown,
                token: .rejected(code: "token-expired"),
                subject: nil,
                host: nil
            ),
            status: 0
        )
        #expect(line["subject"] == .null)
        #expect(line["facts"] == .null)
        #expect(line["request"]?["host"] == .null)
        #expect(line["token"] == ["status": "rejected", "code": "token-expired"])
        #expect(line["status"] == .null)
        let absent = try Self.json(Self.record(token: .absent))
        #expect(absent["token"] == ["status": "absent", "code": .null])
    }

    @Test(
        "odd bytes cannot break out of their string",
        arguments: ["/a\"b", "/a\\b", "/a\nb", "/a\u{7F}b", "/ü", "/a\u{2028}b"]
    )
    func escaping(path: String) throws {
        let line = try Self.json(Self.record(path: path))
        #expect(line["request"]?["path"] == .string(path))
    }

    @Test("bytes that are no text become replacement characters")
    func notText() throws {
        var line: [UInt8] = []
        line.append(quoted: ([0x61, 0xFF, 0x62] as [UInt8]).span)
        #expect(line == Array("\"a\u{FFFD}b\"".utf8))
    }

    @Test("where subjects are hashed, the stand-in is the SHA-256 of the id")
    func hashedSubjects() throws {
        func pseudonym(_ subjects: LogConfiguration.Subjects) -> String? {
            let log = LogConfiguration(
                decisions: .all,
                sampleAllow: 1,
                file: nil,
                subjects: subjects
            )
            return log.pseudonym?("abc")
        }
        // FIPS 180-2, appendix B.1.
        let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(pseudonym(.hashed) == "sha256:\(digest)")
        #expect(pseudonym(.plain) == nil)
    }

    @Test("ids can be replaced by pseudonyms")
    func pseudonyms() throws {
        let line = try Self.json(Self.record(pseudonym: { "hash-of-\($0.utf8.count)" }))
        #expect(line["subject"]?["id"] == "hash-of-3")
        #expect(line["subject"]?["class"] == "user")
    }
}
