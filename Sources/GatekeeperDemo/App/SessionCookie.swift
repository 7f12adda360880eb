internal import JSON
internal import TokenVerify

/// The session cookie of Supabase's client libraries: `base64-` and JSON, cut into chunks where
/// it is long.
struct SessionCookie: Sendable {
    let name: String

    private static let prefix = "base64-"
    private static let chunkBytes = 3_180
    private static let maximumChunks = 10

    /// The name that follows from a project's URL: `sb-`, the first label of its host,
    /// `-auth-token`.
    init(project url: String) {
        let host = url.split(separator: "/").dropFirst().first?.split(separator: ":").first
        let label = host?.split(separator: ".").first ?? "localhost"
        self.name = "sb-\(label)-auth-token"
    }

    /// The session that a browser sent.
    func session(in cookies: [String: String]) -> JSONObject? {
        let text = cookies[self.name] ?? self.joined(cookies)
        guard text.hasPrefix(Self.prefix),
            let bytes = Base64URL.decode(String(text.dropFirst(Self.prefix.count)))
        else { return nil }
        return (try? JSONValue(parsing: bytes, limits: .standard))?.objectValue
    }

    private func joined(_ cookies: [String: String]) -> String {
        (0..<Self.maximumChunks).lazy.map { cookies["\(self.name).\($0)"] ?? "" }
            .prefix { !$0.isEmpty }.joined()
    }

    /// The `Set-Cookie` fields that keep a session, and clear what an earlier one left over.
    func fields(keeping session: JSONObject, over cookies: [String: String]) -> [String] {
        let pairs = self.pairs(for: session)
        let kept = pairs.map { "\($0.name)=\($0.value); \(Self.attributes); Max-Age=34560000" }
        let names = pairs.map(\.name)
        return kept + self.clearing(self.names(in: cookies).filter { !names.contains($0) })
    }

    /// The `Set-Cookie` fields that end a session.
    func fields(endingIn cookies: [String: String]) -> [String] {
        self.clearing(self.names(in: cookies))
    }

    /// The cookies that hold a session.
    func pairs(for session: JSONObject) -> [(name: String, value: String)] {
        let text = JSONValue.object(session).serialized()
        var rest = Substring(Self.prefix + Base64URL.encode(Array(text.utf8)))
        guard rest.utf8.count > Self.chunkBytes else { return [(self.name, String(rest))] }
        var pairs: [(name: String, value: String)] = []
        while !rest.isEmpty {
            pairs.append(("\(self.name).\(pairs.count)", String(rest.prefix(Self.chunkBytes))))
            rest = rest.dropFirst(Self.chunkBytes)
        }
        return pairs
    }

    // As `@supabase/ssr` sets it: readable by the page's own scripts.
    private static let attributes = "Path=/; SameSite=Lax"

    private func names(in cookies: [String: String]) -> [String] {
        let all = [self.name] + (0..<Self.maximumChunks).map { "\(self.name).\($0)" }
        return all.filter { cookies[$0] != nil }
    }

    private func clearing(_ names: [String]) -> [String] {
        names.map { "\($0)=; \(Self.attributes); Max-Age=0" }
    }
}
