internal import DemoAuthority
internal import JSON
internal import NIOHTTP1
internal import TokenSigning
internal import TokenVerify

/// The endpoints of a Supabase project that Gatekeeper asks: the key set and the user's record.
///
/// The shapes are those of Supabase Auth; the people are the quickstart's.
struct SupabaseStandIn: Sendable {
    let issuer: DemoIssuer
    private let keys: JSONWebKeySet

    /// - `key`: signs the tokens and is published as the project's only key.
    init(url: String, key: SigningKey) throws {
        self.issuer = DemoIssuer(key: key, name: "\(url)/auth/v1", audience: "authenticated")
        let published = JSONValue.object(try SigningKey.keySet([key]))
        self.keys = try JSONWebKeySet(parsing: Array(published.serialized().utf8).span)
    }

    func respond(to request: DemoRequest) -> DemoResponse {
        switch (request.method, request.path) {
        case (.GET, "/auth/v1/.well-known/jwks.json"): self.keySet()
        case (.GET, "/auth/v1/user"): self.user(request)
        default: Self.error(404, "not_found", "path not found")
        }
    }

    private func keySet() -> DemoResponse {
        guard let keys = try? SigningKey.keySet([self.issuer.key]) else {
            return Self.error(500, "unexpected_failure", "no key")
        }
        var response = DemoResponse.json(JSONValue.object(keys).serialized())
        response.headers.add(name: "Cache-Control", value: "public, max-age=600")
        return response
    }

    private func user(_ request: DemoRequest) -> DemoResponse {
        let field = request.headers.first(name: "authorization") ?? ""
        guard field.lowercased().hasPrefix("bearer ") else {
            return Self.error(401, "no_authorization", "This endpoint requires a Bearer token")
        }
        let token = Array(field.utf8.dropFirst("bearer ".utf8.count))
        let now = NumericDate(microseconds: DemoFiles.now * 1_000_000)
        guard
            let verified = try? TokenVerifier.verify(
                token.span,
                keys: self.keys,
                expecting: TokenExpectations(),
                at: now
            )
        else { return Self.error(403, "bad_jwt", "invalid JWT") }
        let subject = verified.claims.subject
        let persona = QuickstartPersona.all.first { $0.subject == subject && $0.created != nil }
        guard let persona, let subject else {
            return Self.error(403, "user_not_found", "User from sub claim in JWT does not exist")
        }
        return .json(JSONValue.object(Self.record(of: persona, subject: subject)).serialized())
    }

    // Supabase leaves `factors` out where there are none.
    private static func record(of persona: QuickstartPersona, subject: String) -> JSONObject {
        var user: JSONObject = [
            "id": .string(subject),
            "aud": "authenticated",
            "role": "authenticated",
            "email": .string("\(persona.name)@example.test"),
            "phone": "",
            "created_at": persona.created.map(JSONValue.string) ?? .null,
            "is_anonymous": .bool(persona.extra["is_anonymous"] == .bool(true)),
        ]
        if !persona.factors.isEmpty {
            user["factors"] = .array(
                persona.factors.enumerated().map { index, type in
                    [
                        "id": .string("00000000-0000-4000-8000-00000000000\(index)"),
                        "factor_type": .string(type),
                        "status": "verified",
                        "friendly_name": "Phone",
                    ]
                }
            )
        }
        return user
    }

    private static func error(_ status: Int, _ code: String, _ message: String) -> DemoResponse {
        let body: JSONObject = [
            "code": .integer(Int64(status)), "error_code": .string(code), "msg": .string(message),
        ]
        var response = DemoResponse.json(
            JSONValue.object(body).serialized(),
            status: HTTPResponseStatus(statusCode: status)
        )
        response.headers.add(name: "x-sb-error-code", value: code)
        return response
    }
}

extension SupabaseStandIn {
    /// The session cookie that Supabase's client library would write for a persona.
    func cookie(
        for persona: QuickstartPersona,
        name: String,
        now: Int64
    ) throws -> [(String, String)] {
        guard let token = try self.issuer.token(for: persona, now: now) else { return [] }
        let session: JSONValue = [
            "access_token": .string(token),
            "token_type": "bearer",
            "expires_in": 86_400,
            "expires_at": .integer(now + 86_400),
            "refresh_token": "demo",
            "user": ["id": persona.subject.map(JSONValue.string) ?? .null],
        ]
        let value = "base64-" + Base64URL.encode(Array(session.serialized().utf8))
        return Self.chunks(of: value).enumerated().map { index, chunk in
            (value.utf8.count > Self.chunkBytes ? "\(name).\(index)" : name, chunk)
        }
    }

    private static let chunkBytes = 3180

    private static func chunks(of value: String) -> [String] {
        var rest = Substring(value)
        var chunks: [String] = []
        while !rest.isEmpty {
            chunks.append(String(rest.prefix(Self.chunkBytes)))
            rest = rest.dropFirst(Self.chunkBytes)
        }
        return chunks
    }
}
