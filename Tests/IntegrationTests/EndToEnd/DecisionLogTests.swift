import JSON
import Testing

/// One record per request, whatever came of it.
@Suite(.timeLimit(.minutes(1))) struct DecisionLogTests {
    @Test("a record has the members of the contract, in this order, and is what `replay` reads")
    func shape() async throws {
        try await Gate.run { gate in
            _ = try await gate.get("/admin/x?secret=s3cret", as: try gate.issuer.token("ada"))
            let record = try #require(try await gate.records(1).first?.objectValue)
            #expect(
                record.map(\.name) == [
                    "time", "decision", "request", "subject", "facts", "token", "outcome",
                    "enforced", "projected", "revision", "status",
                ]
            )
            #expect(
                record["request"]
                    == ["method": "GET", "host": "app.example", "path": "/admin/x"]
            )
            let subject = try #require(record["subject"])
            #expect(subject["class"] == "user")
            #expect(subject["id"] == "ada")
            #expect(subject["aal"] == "aal1")
            #expect(subject["next_aal"] == "aal2")
            #expect(subject["methods"]?.arrayValue?.first?["method"] == "password")
            #expect(record["facts"]?["created_at"] == "2020-02-02T09:00:00Z")
            #expect(record["facts"]?["factors"] != nil)
            #expect(record["facts"]?["age"] != nil)
            #expect(record["token"] == ["status": "valid", "code": .null])
            #expect(record["outcome"] == "step-up")
            let entry = try #require(record["enforced"]?.arrayValue?.first)
            #expect(
                entry == [
                    "policy": "admin", "demand": "aal2", "remedy": "step-up",
                    "reason": "aal-too-low",
                    "using": ["totp"], "certainty": "definite",
                ]
            )
            #expect(record["projected"]?["outcome"] == "step-up")
            #expect(record["projected"]?["entries"] == [entry])
            #expect(record["revision"]?.stringValue?.count == 8)
            #expect(record["status"] == 302)
        }
    }

    @Test("hashed subjects are the same stand-in in every record, and the id is in none")
    func hashedSubjects() async throws {
        let setup = try GateSetup(settings: "log: {file: decisions.jsonl, subjects: hashed}")
        try await Gate.run(setup) { gate in
            for path in ["/a", "/b", "/admin"] {
                _ = try await gate.get(path, as: try gate.issuer.token("olga"))
            }
            let ids = try await gate.records(3).map { $0["subject"]?["id"]?.stringValue ?? "" }
            let digest = "3fa987493ca3ccfcb95243b881a02b7d2e660bd58f5763086ab1d731e473421b"
            #expect(Set(ids) == ["sha256:\(digest)"])
            #expect(try await !gate.log(lines: 3).contains("olga"))
            #expect(gate.forwarded.contains("X-Gatekeeper-Subject: olga\r\n"))
        }
    }

    @Test("a page of ours writes the stand-in as well")
    func hashedSubjectOfAPage() async throws {
        var setup = try GateSetup.supabase(
            settings: "log: {file: decisions.jsonl, subjects: hashed}"
        )
        setup.policy = """
            gatekeeper 1
            pages { sign-in /login  step-up builtin  enroll builtin  factors builtin }
            admit users
            """
        try await Gate.run(setup) { gate in
            let cookie = SupabaseCookie.encoded(try gate.issuer.token("olga"))
            let page = "/.gatekeeper/sign-out"
            let answer = try await gate.get(page, "Cookie: \(SupabaseCookie.name)=\(cookie)")
            #expect(answer.status == 200)
            let id = try await gate.records(1).first?["subject"]?["id"]?.stringValue
            #expect(id?.hasPrefix("sha256:3fa98749") == true)
        }
    }

    @Test("neither token nor query nor cookie is ever written")
    func secrets() async throws {
        try await Gate.run(try .supabase(settings: "log: {file: decisions.jsonl}")) { gate in
            let token = try gate.issuer.token()
            let bad = String(token.dropLast(8))
            let cookie = SupabaseCookie.encoded(token)
            _ = try await gate.get("/account?q=s3cret", as: token)
            _ = try await gate.get("/account?q=s3cret", as: bad)
            _ = try await gate.get("/account", "Cookie: \(SupabaseCookie.name)=\(cookie)")
            _ = try await gate.get("/account", "Authorization: Basic czNjcmV0")
            _ = try await gate.get("/x%2f?q=s3cret", as: token)
            let log = try await gate.log(lines: 5)
            for secret in ["s3cret", bad, cookie.prefix(60).description, "czNjcmV0", "Bearer"] {
                #expect(!log.contains(secret))
            }
        }
    }

    @Test("a refused token is in the record by its code only")
    func rejected() async throws {
        try await Gate.run { gate in
            _ = try await gate.get("/account", as: try gate.issuer.token(lifetime: -600))
            let record = try await gate.records(1)[0]
            #expect(record["token"] == ["status": "rejected", "code": "token-expired"])
            #expect(record["outcome"] == "unauthenticated")
            #expect(record["status"] == 401)
        }
    }

    @Test("`decisions: refusals` leaves out what was allowed")
    func refusalsOnly() async throws {
        let log = "log: {file: decisions.jsonl, decisions: refusals}"
        try await Gate.run(try GateSetup(settings: log)) { gate in
            _ = try await gate.get("/public/x")
            _ = try await gate.get("/account")
            _ = try await gate.get("/public/x")
            _ = try await gate.get("/account")
            let records = try await gate.records(2)
            #expect(records.map { $0["status"] } == [401, 401])
        }
    }

    @Test("the metrics count what the log shows")
    func metrics() async throws {
        try await Gate.run { gate in
            _ = try await gate.get("/public/x")
            _ = try await gate.get("/account")
            let page = try await gate.admin("/metrics")
            #expect(page["Content-Type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            #expect(page.body.contains("# TYPE gatekeeper_decisions_total counter"))
            let counts = page.body.split(separator: "\n").filter {
                $0.hasPrefix("gatekeeper_decisions_total{")
            }
            #expect(counts.contains { $0.contains(#"outcome="allow""#) && $0.hasSuffix(" 1") })
            #expect(counts.contains { $0.contains("unauthenticated") && $0.hasSuffix(" 1") })
        }
    }

    @Test("the admin port has three pages, and the public port none of them")
    func adminPort() async throws {
        try await Gate.run { gate in
            let health = try await gate.admin("/healthz")
            #expect(health.body == "ok\n")
            #expect(try await gate.admin("/readyz").body == "ready\n")
            #expect(try await gate.admin("/admin").status == 404)
            #expect(try await gate.get("/metrics").status == 401)
        }
    }
}
