import DemoAuthority
import JSON
import NIOHTTP1
import Testing

@testable import GatekeeperDemo

/// A Clerk instance from keys to facts, and browsers on their way to it and back.
@Suite(.timeLimit(.minutes(1))) struct ClerkTests {
    private static let policy = """
        gatekeeper 1
        pages { sign-in /login  step-up /mfa  enroll /mfa/setup }
        admit anyone to /public/**
        admit users
        policy admin          { for users on /admin/** require aal2 }
        policy opted-in-only  { for users with a verified factor on /items/** require aal2 }
        policy new-users-only { for users created on or after 2026-01-01 on /new/** require aal2 }
        """

    private static func run(
        isDevelopment: Bool = true,
        settings: String = "directory: {source: issuer}",
        issuer: [String] = ["secret_key: sk_test_stand_in"],
        _ body: (Gate, ClerkProject) async throws -> Void
    ) async throws {
        try await ClerkProject.run(isDevelopment: isDevelopment) { project in
            var setup = try GateSetup(
                settings: settings,
                issuers: project.configuration(issuer)
            )
            setup.policy = Self.policy
            try await Gate.run(setup) { gate in try await body(gate, project) }
        }
    }

    @Test("a session token is verified with the instance's keys, and its claims are read")
    func session() async throws {
        try await Self.run { gate, project in
            #expect(
                try await gate.get("/x", as: try project.token("olga", second: 3)).status == 200
            )
            #expect(gate.forwarded.contains("X-Gatekeeper-Subject: user_olga\r\n"))
            #expect(gate.forwarded.contains("X-Gatekeeper-Session: sess_olga\r\n"))
            #expect(gate.forwarded.contains("X-Gatekeeper-AAL: aal2\r\n"))
            let old = try project.token("olga", changes: ["v": .null, "jti": .null, "sts": .null])
            let answer = try await gate.get("/x", as: old)
            #expect(answer.status == 200, "\(answer.body)")
        }
    }

    @Test("`fva` decides the level, and what it does not say is no second factor")
    func levels() async throws {
        try await Self.run { gate, project in
            for (changes, status) in [
                (["fva": [5, 0]], 200), (["fva": [5, -1]], 302), (["fva": [-1, -1]], 302),
                (["fva": .null], 302), (["fva": ["5", "0"]], 302), (["fva": [0]], 302),
            ] as [(JSONObject, Int)] {
                let token = try project.token("ada", changes: changes)
                #expect(try await gate.get("/admin/x", as: token).status == status, "\(changes)")
            }
        }
    }

    @Test("other tokens of the same key are no sessions")
    func otherTokens() async throws {
        try await Self.run { gate, project in
            let rows: [(JSONObject, JSONObject, String)] = [
                (["sid": .null], ["cat": "cl_B7d4PD222AAA"], "token-type"),
                ([:], ["cat": "cl_B7d4PD333AAA"], "token-type"),
                (["sid": .null], [:], "claims-invalid"),
                (["sid": .null, "client_id": "c", "scope": "email"], [:], "claims-invalid"),
                (["azp": .null], [:], "audience-mismatch"),
                (["azp": "https://evil.example"], [:], "audience-mismatch"),
                (["iss": "https://other.example"], [:], "issuer-mismatch"),
                (["sts": "pending"], [:], "session-pending"),
            ]
            for (changes, header, reason) in rows {
                let token = try project.token("ada", changes: changes, header: header)
                let answer = try await gate.get("/public/x", as: token)
                #expect(answer.status == 401)
                #expect(answer.reason == reason)
            }
        }
    }

    @Test(
        "the Backend API's record decides",
        arguments: [
            ("olga", "/items/1", 200), ("ada", "/items/1", 302), ("phil", "/items/1", 302),
            ("opal", "/items/1", 503), ("bea", "/items/1", 401), ("lock", "/items/1", 200),
            ("olga", "/new/1", 200), ("nils", "/new/1", 302), ("bea", "/x", 200),
        ]
    )
    func facts(name: String, path: String, status: Int) async throws {
        try await Self.run { gate, project in
            let answer = try await gate.get(path, as: try project.token(name))
            #expect(answer.status == status)
            #expect(project.asked("/v1/users/user_\(name)") == (path == "/x" ? 0 : 1))
        }
    }

    @Test("the record is asked for once per user, whatever tokens come of a minute")
    func cached() async throws {
        try await Self.run { gate, project in
            for age in [20, 10, 0] as [Int64] {
                let token = try project.token("ada", age: age)
                #expect(try await gate.get("/items/1", as: token).status == 302)
            }
            #expect(project.asked("/v1/users/user_ada") == 1)
            // Who has just used a second factor may have just set it up.
            let upgraded = try project.token("ada", second: 0)
            #expect(try await gate.get("/items/1", as: upgraded).status == 200)
        }
    }

    @Test(
        "a user that Clerk does not know is nobody; a Backend API that fails is no answer",
        arguments: [
            (ClerkStandIn.error(404, "resource_not_found", "none"), 401),
            (DemoResponse.json("{}"), 503), (.json("[]"), 503),
            (ClerkStandIn.error(401, "clerk_key_invalid", "no"), 503),
            (ClerkStandIn.error(429, "too_many_requests", "slow down"), 503),
            (.redirect(to: "/elsewhere"), 503),
        ]
    )
    func failures(response: DemoResponse, status: Int) async throws {
        try await Self.run { gate, project in
            project.reply(to: "/v1/users/user_ada", with: response)
            let token = try project.token("ada")
            #expect(try await gate.get("/items/1", as: token).status == status)
            #expect(try await gate.get("/x", as: token).status == 200)
            #expect(project.asked("/elsewhere") == 0)
        }
    }

    @Test("a limit of the Backend API's is kept to")
    func rateLimit() async throws {
        try await Self.run { gate, project in
            var response = ClerkStandIn.error(429, "too_many_requests", "slow down")
            response.headers.add(name: "Retry-After", value: "30")
            project.reply(to: "/v1/users/user_ada", with: response)
            for _ in 0..<3 {
                let answer = try await gate.get("/items/1", as: try project.token("ada"))
                #expect(answer.status == 503)
                #expect(answer["Retry-After"] != nil)
            }
            #expect(project.asked("/v1/users/user_ada") == 1)
        }
    }

    @Test("Clerk's cookie counts from our own pages only, and WebSockets likewise")
    func crossSite() async throws {
        try await Self.run { gate, project in
            let cookie = "Cookie: __session=\(try project.token("olga"))"
            let evil = "Origin: https://evil.example"
            let own = "Origin: https://app.example"
            let upgrade = [
                "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            ]
            #expect(try await gate.request("POST", "/x", [cookie, evil]).reason == "cross-site")
            #expect(try await gate.request("POST", "/x", [cookie, own]).status == 200)
            let socket = try await gate.request("GET", "/x", [cookie, evil] + upgrade)
            #expect(socket.reason == "cross-site")
            #expect(try await gate.request("GET", "/x", [cookie, evil]).status == 200)
        }
    }

    @Test("without a secret key there is nobody to ask about users")
    func noSecretKey() async throws {
        try await Self.run(issuer: []) { gate, project in
            let token = try project.token("ada")
            #expect(try await gate.get("/items/1", as: token).status == 503)
            #expect(try await gate.get("/admin/1", as: token).status == 302)
        }
    }
}

/// Handshakes from the first redirect to the page.
extension ClerkTests {
    private static let browser = ["Accept: text/html,*/*", "Sec-Fetch-Dest: document"]

    /// Loads a page as a browser does: with the cookies it was given, wherever it is sent.
    private static func load(
        _ target: String,
        cookies: inout [String: String],
        _ gate: Gate,
        _ project: ClerkProject
    ) async throws -> (answer: HTTPAnswer, visited: [String]) {
        var visited: [String] = []
        var url = "https://app.example\(target)"
        for _ in 0..<8 {
            visited.append(String(url.prefix { $0 != "?" }))
            let line = cookies.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ")
            let fields = Self.browser + (line.isEmpty ? [] : ["Cookie: \(line)"])
            let answer: HTTPAnswer
            if url.hasPrefix("https://app.example") {
                let path = String(url.dropFirst("https://app.example".count))
                answer = try await gate.request("GET", path, fields)
            } else {
                answer = try await HTTPAnswer.get(url, fields)
            }
            for value in answer.values(of: "Set-Cookie") {
                let pair = value.prefix { $0 != ";" }.split(
                    separator: "=",
                    maxSplits: 1,
                    omittingEmptySubsequences: false
                )
                let isGone = value.contains("Max-Age=0") || pair[1].isEmpty
                cookies[String(pair[0])] = isGone ? nil : String(pair[1])
            }
            guard answer.status == 307, let location = answer["Location"] else {
                return (answer, visited)
            }
            url = location
        }
        throw NeverHappened(description: "the redirects never end: \(visited)")
    }

    struct Way: CustomTestStringConvertible, Sendable {
        let isDevelopment: Bool
        let hasSecretKey: Bool

        var testDescription: String {
            "\(self.isDevelopment ? "development" : "production"), "
                + (self.hasSecretKey ? "by nonce" : "by token")
        }
    }

    @Test(
        "an expired session is renewed on the way to the page, and the page is judged",
        arguments: [
            Way(isDevelopment: true, hasSecretKey: true),
            Way(isDevelopment: true, hasSecretKey: false),
            Way(isDevelopment: false, hasSecretKey: true),
            Way(isDevelopment: false, hasSecretKey: false),
        ]
    )
    func renewal(way: Way) async throws {
        let issuer = way.hasSecretKey ? ["secret_key: sk_test_stand_in"] : []
        try await Self.run(isDevelopment: way.isDevelopment, issuer: issuer) { gate, project in
            var cookies = ["__session": try project.token("olga", age: 3_600)]
            let (answer, visited) = try await Self.load(
                "/page?a=1",
                cookies: &cookies,
                gate,
                project
            )
            #expect(answer.status == 200)
            let page = "https://app.example/page"
            #expect(
                visited == [page, "\(project.standIn.url)/v1/client/handshake"]
                    + [page, page]
            )
            #expect(gate.forwarded.contains("GET /page?a=1 HTTP/1.1\r\n"))
            #expect(gate.forwarded.contains("X-Gatekeeper-Subject: user_olga\r\n"))
            #expect(!gate.forwarded.contains("__clerk_handshake"))
            #expect(
                project.asked("/v1/clients/handshake_payload") == (way.hasSecretKey ? 1 : 0)
            )
            let again = try await Self.load("/admin/x", cookies: &cookies, gate, project)
            #expect(again.answer.status == 302)
            // Who can be asked knows that she has no second factor.
            let remedy = way.hasSecretKey ? "/mfa/setup?" : "/mfa?"
            #expect(again.answer["Location"]?.hasPrefix("https://app.example\(remedy)") == true)
        }
    }

    @Test("a session that was ended at Clerk ends here: the way leads to the sign-in page")
    func ended() async throws {
        try await Self.run { gate, project in
            project.standIn.endSession("sess_olga")
            var cookies = ["__session": try project.token("olga", age: 3_600)]
            let (answer, _) = try await Self.load("/page", cookies: &cookies, gate, project)
            #expect(answer.status == 302)
            #expect(answer["Location"] == "https://app.example/login?return_to=%2Fpage")
            #expect(cookies["__session"] == nil)
        }
    }

    @Test("cookies that the browser does not keep lead in no circle")
    func loop() async throws {
        try await Self.run { gate, project in
            let stale = "__session=\(try project.token("olga", age: 3_600))"
            var bounce = ""
            var statuses: [Int] = []
            for _ in 0..<5 {
                let line = ["Cookie: \(stale)\(bounce)"] + Self.browser
                let answer = try await gate.request("GET", "/admin/x", line)
                statuses.append(answer.status)
                let count = answer.values(of: "Set-Cookie").first { $0.contains("bounce") }
                if let count { bounce = "; " + count.prefix { $0 != ";" } }
            }
            #expect(statuses == [307, 307, 307, 403, 403])
        }
    }

    @Test("a nonce that the Backend API does not know begins another handshake")
    func badNonce() async throws {
        try await Self.run(isDevelopment: false) { gate, project in
            let cookies =
                "__clerk_handshake_nonce=x; __session=\(try project.token("olga", age: 90))"
            let answer = try await gate.request(
                "GET",
                "/page",
                ["Cookie: \(cookies)"] + Self.browser
            )
            #expect(answer.status == 307)
            #expect(answer["Location"]?.hasPrefix(project.standIn.url) == true)
            #expect(answer["Location"]?.contains("&format=nonce") == true)
        }
    }
}
