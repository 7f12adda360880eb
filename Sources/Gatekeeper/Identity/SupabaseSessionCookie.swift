internal import HTTPMessage
internal import JSON
internal import TokenVerify

/// The session cookie that Supabase's client libraries write, in every form they have written.
///
/// The cookie is `name`, or `name.0`, `name.1`, … when the value is long. Its value is JSON (an
/// object with `access_token`, or the older array with the token first), raw, percent-encoded or
/// as `base64-` and base64url. Only the token is read; everything else in the cookie is the
/// browser's word and proves nothing.
struct SupabaseSessionCookie: Equatable, Sendable {
    /// The access token found in the cookie.
    var token: [UInt8]
    /// The cookies whose values made up the judged session; other chunks are leftovers.
    var parts: [String]

    /// What the cookies of one request say.
    enum Reading: Equatable, Sendable {
        case absent
        /// Cookies with our name are there, but do not hold one session.
        case unreadable
        case session(SupabaseSessionCookie)
    }

    /// Reads the session from a request's cookies.
    ///
    /// - `cookies`: all cookies of the request, in order.
    /// - `name`: the configured cookie name, without a chunk number.
    /// - `maximumChunks`: how many chunks are joined at the most.
    static func read(_ cookies: [Cookie], name: String, maximumChunks: Int) -> Reading {
        var values: [String: [UInt8]] = [:]
        for cookie in cookies where Self.isPart(cookie.name, of: name) {
            if let earlier = values[cookie.name], earlier != cookie.value { return .unreadable }
            values[cookie.name] = cookie.value
        }
        guard !values.isEmpty else { return .absent }

        var joined: [UInt8] = []
        var parts: [String] = []
        if let whole = values[name], !whole.isEmpty {
            joined = whole
            parts = [name]
        } else {
            while let chunk = values["\(name).\(parts.count)"], !chunk.isEmpty {
                guard parts.count < maximumChunks else { return .unreadable }
                joined += chunk
                parts.append("\(name).\(parts.count)")
            }
        }
        guard !joined.isEmpty else {
            return values.values.allSatisfy(\.isEmpty) ? .absent : .unreadable
        }
        guard let token = Self.accessToken(in: joined) else { return .unreadable }
        return .session(SupabaseSessionCookie(token: token, parts: parts))
    }

    /// Whether `cookie` is `name` or a chunk of it: `name.0`, `name.1`, … without leading zeros.
    static func isPart(_ cookie: String, of name: String) -> Bool {
        // Bytes, since letters of other scripts can be canonically equivalent to ASCII.
        guard cookie.utf8.starts(with: name.utf8) else { return false }
        let rest = cookie.utf8.dropFirst(name.utf8.count)
        guard let first = rest.first else { return true }
        let digits = rest.dropFirst()
        guard first == UInt8(ascii: "."), !digits.isEmpty,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return false }
        return digits.count == 1 || digits.first != UInt8(ascii: "0")
    }

    private static func accessToken(in value: [UInt8]) -> [UInt8]? {
        guard let json = Self.json(in: value) else { return nil }
        let token: JSONValue? =
            switch json {
            case .object(let session): session["access_token"]
            case .array(let legacy): legacy.first
            default: nil
            }
        guard case .string(let word) = token else { return nil }
        return Array(word.utf8)
    }

    /// The JSON in a whole value, however it is written.
    static func json(in value: [UInt8]) -> JSONValue? {
        guard let text = Self.decoded(value) else { return nil }
        return try? JSONValue(parsing: text, limits: .cookie)
    }

    private static func decoded(_ value: [UInt8]) -> [UInt8]? {
        let prefix = Array("base64-".utf8)
        guard value.starts(with: prefix) else {
            return value.first == UInt8(ascii: "%") ? PercentEncoding.decode(value) : value
        }
        return Base64URL.decode(value.span.extracting(droppingFirst: prefix.count))
    }
}

extension JSONLimits {
    /// A session cookie: at most ten chunks of 3,180 bytes.
    fileprivate static let cookie = JSONLimits(maximumBytes: 64 * 1024, maximumDepth: 32)
}
