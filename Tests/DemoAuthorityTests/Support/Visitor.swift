import JSON
import NIOHTTP1
import PolicyDSL
import Testing
import TokenVerify

@testable import DemoAuthority

/// Somebody who talks to an authority of a test's own, at a time of the test's own.
final class Visitor {
    let authority: Authority
    var now: Instant
    /// The address that the requests seem to come from.
    var address = "198.51.100.7"
    var version: String?
    var access: String?
    var refresh: String?

    /// - `authority`: shared with another visitor, or one of their own.
    init(_ authority: Authority? = nil, _ change: (inout AuthorityRules) -> Void = { _ in }) throws
    {
        var rules = AuthorityRules(url: "http://127.0.0.1:54321")
        rules.passwordCost = 16
        change(&rules)
        self.now = try #require(Instant(rfc3339: "2026-10-01T12:00:00Z"))
        self.authority = try authority ?? Authority(rules: rules)
        if authority == nil { try self.authority.seed(at: self.now) }
    }

    func wait(seconds: Int64) {
        self.now = self.now.adding(seconds: seconds)
    }

    /// Asks the API; `key` is the API key, `token` stands in `Authorization`.
    func ask(
        _ method: HTTPMethod,
        _ path: String,
        _ body: JSONValue? = nil,
        key: String? = "sb_publishable_demo",
        headers: HTTPHeaders = [:]
    ) -> Reply {
        var headers = headers
        headers.add(name: "X-Forwarded-For", value: self.address)
        if let key { headers.add(name: "apikey", value: key) }
        if let version = self.version {
            headers.add(name: "X-Supabase-Api-Version", value: version)
        }
        if let access = self.access, !headers.contains(name: "Authorization") {
            headers.add(name: "Authorization", value: "Bearer \(access)")
        }
        let request = DemoRequest(
            method: method,
            target: path.hasPrefix("//") ? String(path.dropFirst()) : "/auth/v1\(path)",
            headers: headers,
            body: body.map { Array($0.serialized().utf8) } ?? []
        )
        return Reply(self.authority.respond(to: request, at: self.now))
    }

    /// Asks, and keeps the tokens of the answer.
    @discardableResult
    func enter(_ path: String, _ body: JSONValue) -> Reply {
        let reply = self.ask(.POST, path, body)
        if let access = reply["access_token"]?.stringValue { self.access = access }
        if let refresh = reply["refresh_token"]?.stringValue { self.refresh = refresh }
        return reply
    }

    @discardableResult
    func signIn(_ persona: Persona) -> Reply {
        var body: JSONObject = ["password": .string(Persona.password)]
        body["email"] = persona.email.map(JSONValue.string)
        body["phone"] = persona.phone.map(JSONValue.string)
        return self.enter("/token?grant_type=password", .object(body))
    }

    @discardableResult
    func refreshSession(_ token: String? = nil) -> Reply {
        self.enter(
            "/token?grant_type=refresh_token",
            ["refresh_token": .string(token ?? self.refresh ?? "")]
        )
    }
}

// Second factors.
extension Visitor {
    /// The factors that the user's record lists.
    var factors: [JSONValue] { self.ask(.GET, "/user")["factors"]?.arrayValue ?? [] }

    func factor(_ index: Int = 0) throws -> String {
        let factors = self.factors
        try #require(index < factors.count)
        return try #require(factors[index]["id"]?.stringValue)
    }

    func challenge(_ factor: String, _ body: JSONValue = [:]) -> Reply {
        self.ask(.POST, "/factors/\(factor)/challenge", body)
    }

    @discardableResult
    func verify(_ factor: String, challenge: String, code: String) -> Reply {
        self.enter(
            "/factors/\(factor)/verify",
            ["challenge_id": .string(challenge), "code": .string(code)]
        )
    }

    /// Challenges and answers with the code of an authenticator.
    @discardableResult
    func pass(_ factor: String, secret: String) throws -> Reply {
        let challenge = try #require(self.challenge(factor)["id"]?.stringValue)
        let code = try #require(TimeBasedCode(secret: secret)).code(at: self.now)
        return self.verify(factor, challenge: challenge, code: code)
    }

    /// Signs in and shows the first factor.
    func signInTwice(_ persona: Persona) throws {
        self.signIn(persona)
        let secret = try #require(persona.factors.first?.secret)
        #expect(try self.pass(try self.factor(), secret: secret).status == 200)
    }

    @discardableResult
    func enroll(_ name: String = "mine") -> Reply {
        self.ask(.POST, "/factors", ["factor_type": "totp", "friendly_name": .string(name)])
    }

    /// The text messages that were sent, the latest first.
    var messages: [JSONValue] {
        self.ask(.GET, "//outbox.json").json.arrayValue ?? []
    }

    /// A claim of the access token.
    func claim(_ name: String) -> JSONValue? {
        let parts = self.access?.split(separator: ".") ?? []
        guard parts.count == 3, let bytes = Base64URL.decode(String(parts[1])) else { return nil }
        return (try? JSONValue(parsing: bytes, limits: .standard))?[name]
    }
}
