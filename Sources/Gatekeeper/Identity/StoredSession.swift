internal import HTTPMessage
internal import JSON
internal import TokenVerify

/// A whole session out of the cookie of Supabase's client libraries, and the way to write it back.
///
/// The form is kept: what was an array stays one, what had no user gets none, and the encoding is
/// the one that was found, so that the application's own library goes on with it.
struct StoredSession: Equatable, Sendable {
    /// How the value is written.
    enum Encoding: Equatable, Sendable {
        /// `base64-` and base64url.
        case base64URL
        /// JSON, percent-encoded as cookies need it.
        case percent
    }

    /// What the JSON looks like.
    enum Shape: Equatable, Sendable {
        case object(hasUser: Bool)
        /// `[access_token, refresh_token, provider_token, provider_refresh_token, factors]`.
        case array
    }

    let accessToken: String
    /// Unverified, as everything else that does not follow from the access token.
    let refreshToken: String?
    let encoding: Encoding
    let shape: Shape
    /// Every cookie of the request that carries the name, also those that were no part of it.
    let cookies: [String]
}

extension StoredSession {
    /// Reads the session that `SupabaseSessionCookie` finds in the same cookies.
    init?(_ cookies: [Cookie], name: String, maximumChunks: Int) {
        let reading = SupabaseSessionCookie.read(
            cookies,
            name: name,
            maximumChunks: maximumChunks
        )
        guard case .session(let session) = reading else { return nil }
        let value = session.parts.flatMap { part in
            cookies.first { $0.name.utf8.elementsEqual(part.utf8) }?.value ?? []
        }
        guard let json = SupabaseSessionCookie.json(in: value) else { return nil }
        self.accessToken = String(decoding: session.token, as: UTF8.self)
        self.encoding = value.starts(with: "base64-".utf8) ? .base64URL : .percent
        switch json {
        case .object(let object):
            self.shape = .object(hasUser: object["user"] != nil)
            self.refreshToken = object["refresh_token"]?.stringValue
        case .array(let items):
            self.shape = .array
            self.refreshToken = items.count > 1 ? items[1].stringValue : nil
        case .null, .bool, .integer, .real, .string: return nil
        }
        self.cookies = Self.names(in: cookies, of: name)
    }

    /// The cookies of a request that carry `name`, each once.
    static func names(in cookies: [Cookie], of name: String) -> [String] {
        cookies.map(\.name).filter { SupabaseSessionCookie.isPart($0, of: name) }
            .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

/// Writes session cookies as @supabase/ssr does.
struct SessionCookieWriter: Equatable, Sendable {
    /// 400 days, the most that browsers keep.
    private static let maximumAge = 34_560_000
    /// Of the value as `encodeURIComponent` writes it.
    private static let chunkLimit = 3_180

    let name: String
    let domain: String?
    let isSecure: Bool
    let isHTTPOnly: Bool

    /// The `Set-Cookie` values that put `session` into the browser, stale chunks cleared.
    ///
    /// - `session`: the object of the authority's token response.
    /// - `form`: the session that it replaces.
    func replacing(_ form: StoredSession, with session: JSONObject) -> [String] {
        let chunks = Self.chunks(of: form.value(session))
        let names =
            chunks.count == 1 ? [self.name] : chunks.indices.map { "\(self.name).\($0)" }
        let written = zip(names, chunks).map { name, chunk in
            self.line(name, chunk, maximumAge: Self.maximumAge)
        }
        return written + self.clearing(form.cookies.filter { !names.contains($0) })
    }

    /// The `Set-Cookie` values that take cookies away.
    func clearing(_ names: [String]) -> [String] {
        names.map { self.line($0, "", maximumAge: 0) }
    }

    private func line(_ name: String, _ value: String, maximumAge: Int) -> String {
        var line = "\(name)=\(value); Max-Age=\(maximumAge); Path=/"
        if let domain { line += "; Domain=\(domain)" }
        line += "; SameSite=Lax"
        if self.isSecure { line += "; Secure" }
        if self.isHTTPOnly { line += "; HttpOnly" }
        return line
    }

    /// Pieces that are each well-formed: no escape is cut, and no character.
    static func chunks(of value: String) -> [String] {
        var chunks: [String] = []
        var rest = Substring(value).utf8
        while rest.count > Self.chunkLimit {
            var end = rest.index(rest.startIndex, offsetBy: Self.chunkLimit)
            while !Self.isBoundary(rest, end) { end = rest.index(before: end) }
            chunks.append(String(Substring(rest[..<end])))
            rest = rest[end...]
        }
        chunks.append(String(Substring(rest)))
        return chunks
    }

    // Before an escape that does not continue a character, and never inside of one.
    private static func isBoundary(_ text: Substring.UTF8View, _ index: Substring.Index) -> Bool {
        let percent = UInt8(ascii: "%")
        let before = text[..<index].suffix(2)
        guard !before.contains(percent) else { return false }
        guard text[index] == percent else { return true }
        let digit = text[text.index(after: index)]
        // UTF-8 continuation bytes are 80 to BF.
        return ![UInt8(ascii: "8"), UInt8(ascii: "9"), UInt8(ascii: "A"), UInt8(ascii: "B")]
            .contains(digit)
    }
}

extension StoredSession {
    /// The value of the cookie for another session in the same form.
    fileprivate func value(_ session: JSONObject) -> String {
        let json: JSONValue
        switch self.shape {
        case .object(let hasUser):
            var object = session
            if !hasUser { object["user"] = nil }
            json = .object(object)
        case .array:
            json = [
                session["access_token"] ?? .null, session["refresh_token"] ?? .null,
                session["provider_token"] ?? .null, session["provider_refresh_token"] ?? .null,
                session["user"]?["factors"] ?? .null,
            ]
        }
        let text = json.serialized()
        switch self.encoding {
        case .base64URL: return "base64-" + Base64URL.encode(Array(text.utf8))
        case .percent: return PercentEncoding.encode(text)
        }
    }
}
