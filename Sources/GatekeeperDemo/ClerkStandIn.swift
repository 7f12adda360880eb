internal import DemoAuthority
internal import JSON
internal import NIOHTTP1
internal import Synchronization
internal import TokenSigning
internal import TokenVerify

/// The two HTTP APIs of a Clerk instance that Gatekeeper and Clerk's own libraries ask, on one
/// port: the Frontend API with its keys and handshakes, and the Backend API behind a secret key.
final class ClerkStandIn: Sendable {
    /// What the stand-in has handed out and not taken back yet.
    private struct State {
        var nonces: [String: [String]] = [:]
        var endedSessions: Set<String> = []
        var lastNonce = 0
    }

    static let secretKey = "sk_test_stand_in"

    let url: String
    let key: SigningKey
    let publishableKey: String
    private let state = Mutex(State())

    /// - `url`: where it listens; also the `iss` of its tokens.
    /// - `key`: signs everything; RSA, as Clerk's do.
    /// - `isDevelopment`: whether handshake results travel in the URL rather than in cookies.
    init(url: String, key: SigningKey, isDevelopment: Bool = true) {
        self.url = url
        self.key = key
        let host = Base64URL.encode(Array("clerk.example.test$".utf8))
        self.publishableKey = (isDevelopment ? "pk_test_" : "pk_live_") + host
    }

    private var isDevelopment: Bool { self.publishableKey.hasPrefix("pk_test_") }

    /// What the names of the instance's own cookies end in.
    var cookieSuffix: String {
        String(Base64URL.encode(NameDigest.sha1(Array(self.publishableKey.utf8))).prefix(8))
    }

    /// Ends a session: its tokens stay good until they expire, and no others are made.
    func endSession(_ id: String) {
        self.state.withLock { _ = $0.endedSessions.insert(id) }
    }

    func respond(to request: DemoRequest) -> DemoResponse {
        switch (request.method, request.path) {
        case (.GET, "/.well-known/jwks.json"): return self.keySet()
        case (.GET, "/v1/client/handshake"): return self.handshake(request)
        default: break
        }
        guard request.headers.first(name: "authorization") == "Bearer \(Self.secretKey)" else {
            return Self.error(401, "clerk_key_invalid", "The provided secret key is invalid.")
        }
        return self.answerBackend(request)
    }
}

// Tokens.
extension ClerkStandIn {
    /// A session token, of version 2.
    ///
    /// - `verified`: minutes since the first and the second factor, -1 for never.
    /// - `party`: the origin of the page that fetched it.
    /// - `age`: how many seconds ago it was made; it lives for a minute.
    /// - `changes`: claims put in or, where null, left out.
    /// - `header`: further members of its header.
    func token(
        for persona: ClerkPersona,
        verified: (first: Int64, second: Int64) = (5, -1),
        party: String = "http://127.0.0.1:8080",
        age: Int64 = 0,
        now: Int64 = DemoFiles.now,
        changes: JSONObject = [:],
        header: JSONObject = ["cat": "cl_B7d4PD111AAA"]
    ) throws(SigningError) -> String {
        let made = now - age
        var claims: JSONObject = [
            "v": 2,
            "iss": .string(self.url),
            "sub": .string(persona.id),
            "sid": .string(persona.sessionID),
            "azp": .string(party),
            "iat": .integer(made),
            "nbf": .integer(made - 10),
            "exp": .integer(made + 60),
            "jti": .string("jti-\(made)"),
            "fva": [.integer(verified.first), .integer(verified.second)],
            "sts": "active",
            "pla": "u:free",
        ]
        for member in changes {
            claims[member.name] = member.value.isNull ? nil : member.value
        }
        return try self.key.token(claims: claims, header: header)
    }

    private func keySet() -> DemoResponse {
        guard let keys = try? SigningKey.keySet([self.key]) else {
            return Self.error(500, "internal_clerk_error", "no key")
        }
        return .json(JSONValue.object(keys).serialized())
    }
}

// Handshakes.
extension ClerkStandIn {
    /// Sends the browser back with new cookies for the session that its old token names.
    private func handshake(_ request: DemoRequest) -> DemoResponse {
        guard let home = request.query["redirect_url"], home.hasPrefix("http") else {
            return Self.error(400, "form_param_missing", "redirect_url must be included.")
        }
        let cookies = self.directives(for: request)
        let isNonce = request.query["format"] == "nonce"
        let name = isNonce ? "__clerk_handshake_nonce" : "__clerk_handshake"
        guard let result = isNonce ? self.nonce(for: cookies) : self.signed(cookies) else {
            return Self.error(500, "internal_clerk_error", "no result")
        }
        var response = DemoResponse(status: .temporaryRedirect)
        response.headers.add(name: "Cache-Control", value: "no-store")
        if self.isDevelopment {
            let mark = home.contains("?") ? "&" : "?"
            response.headers.add(name: "Location", value: "\(home)\(mark)\(name)=\(result)")
        } else {
            response.headers.add(name: "Location", value: home)
            response.headers.add(
                name: "Set-Cookie",
                value: "\(name)=\(result); Path=/; Max-Age=10; HttpOnly"
            )
        }
        return response
    }

    private func directives(for request: DemoRequest) -> [String] {
        let isSuffixed = request.query["suffixed_cookies"] == "true"
        let suffixes = isSuffixed ? ["", "_\(self.cookieSuffix)"] : [""]
        let now = DemoFiles.now
        guard let (persona, party) = self.session(of: request),
            let token = try? self.token(for: persona, party: party, now: now)
        else {
            return suffixes.flatMap { suffix in
                [
                    "__session\(suffix)=; Path=/; Max-Age=0; SameSite=Lax",
                    "__client_uat\(suffix)=0; Path=/; Max-Age=315360000; SameSite=Lax",
                ]
            }
        }
        return suffixes.flatMap { suffix in
            [
                "__session\(suffix)=\(token); Path=/; Max-Age=31536000; SameSite=Lax",
                "__client_uat\(suffix)=\(now - 3_600); Path=/; Max-Age=315360000; SameSite=Lax",
            ]
        }
    }

    // A browser's own `__client` cookie says more than its old token, where there is one.
    private func session(of request: DemoRequest) -> (ClerkPersona, party: String)? {
        let old = request.query["__session"].flatMap { token in
            try? UnverifiedToken(parsing: token).unverifiedClaims()
        }
        let subject = request.cookies["__client"] ?? old?.subject
        let party = old?["azp"]?.stringValue ?? request.query["redirect_url"].map(Self.origin) ?? ""
        guard let persona = subject.flatMap(ClerkPersona.named),
            !self.state.withLock({ $0.endedSessions.contains(persona.sessionID) })
        else { return nil }
        return (persona, party)
    }

    private static func origin(of url: String) -> String {
        url.split(separator: "/", omittingEmptySubsequences: false).prefix(3)
            .joined(separator: "/")
    }

    private func nonce(for cookies: [String]) -> String {
        self.state.withLock { state in
            state.lastNonce += 1
            let nonce = "nonce-\(state.lastNonce)"
            state.nonces[nonce] = cookies
            return nonce
        }
    }

    private func signed(_ cookies: [String]) -> String? {
        try? self.key.token(claims: ["handshake": .array(cookies.map { .string($0) })])
    }
}

// The Backend API.
extension ClerkStandIn {
    private func answerBackend(_ request: DemoRequest) -> DemoResponse {
        let parts = request.path.split(separator: "/").map(String.init)
        switch (request.method, parts.count) {
        case (.GET, 2) where parts == ["v1", "jwks"]: return self.keySet()
        case (.GET, 2) where parts == ["v1", "users"]:
            return Self.json(.array(ClerkPersona.all.map { .object($0.record) }))
        case (.GET, 3) where parts.starts(with: ["v1", "users"]):
            guard let persona = ClerkPersona.all.first(where: { $0.id == parts[2] }) else {
                return Self.notFound("No user was found with id \(parts[2]).")
            }
            return Self.json(.object(persona.record))
        case (.GET, 3) where parts.starts(with: ["v1", "sessions"]):
            guard let persona = ClerkPersona.all.first(where: { $0.sessionID == parts[2] }) else {
                return Self.notFound("No session was found with id \(parts[2]).")
            }
            return Self.json(.object(self.sessionRecord(of: persona)))
        case (.GET, 3) where parts == ["v1", "clients", "handshake_payload"]:
            return self.payload(of: request)
        default: return Self.notFound("No such endpoint.")
        }
    }

    // A nonce is good for one question.
    private func payload(of request: DemoRequest) -> DemoResponse {
        let nonce = request.query["nonce"] ?? ""
        guard let cookies = self.state.withLock({ $0.nonces.removeValue(forKey: nonce) }) else {
            return Self.notFound("No handshake was found.")
        }
        return Self.json(["directives": .array(cookies.map { .string($0) })])
    }

    private func sessionRecord(of persona: ClerkPersona) -> JSONObject {
        let hasEnded = self.state.withLock { $0.endedSessions.contains(persona.sessionID) }
        let now = DemoFiles.now * 1_000
        return [
            "object": "session",
            "id": .string(persona.sessionID),
            "user_id": .string(persona.id),
            "client_id": .string("client_\(persona.name)"),
            "status": hasEnded ? "ended" : "active",
            "last_active_at": .integer(now),
            "expire_at": .integer(now + 604_800_000),
            "abandon_at": .integer(now + 2_592_000_000),
            "created_at": .integer(now - 3_600_000),
            "updated_at": .integer(now),
        ]
    }

    private static func json(_ value: JSONValue) -> DemoResponse { .json(value.serialized()) }

    private static func notFound(_ message: String) -> DemoResponse {
        Self.error(404, "resource_not_found", message)
    }

    static func error(_ status: Int, _ code: String, _ message: String) -> DemoResponse {
        let body: JSONValue = [
            "errors": [
                [
                    "code": .string(code), "message": .string(message),
                    "long_message": .string(message), "meta": [:],
                ]
            ],
            "clerk_trace_id": "trace-1",
        ]
        return .json(body.serialized(), status: HTTPResponseStatus(statusCode: status))
    }
}
