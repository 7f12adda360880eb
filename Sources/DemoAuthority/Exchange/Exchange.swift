internal import GRDB
internal import JSON
internal import NIOCore
internal import NIOHTTP1
internal import PolicyDSL

/// One request on its way through the authority, inside one transaction.
///
/// What is thrown is answered, and undoes what was written.
struct Exchange {
    let authority: Authority
    let request: DemoRequest
    let database: Database
    let now: Instant

    var rules: AuthorityRules { self.authority.rules }

    func answer() throws -> DemoResponse {
        guard self.request.path.hasPrefix(Self.base) else { return try self.consoleAnswer() }
        guard !self.authority.isDown(at: self.now) else {
            return .text("no healthy upstream", type: "text/plain", status: .serviceUnavailable)
        }
        guard self.request.method != .OPTIONS else { return Self.preflight }
        var response = try self.apiAnswer()
        response.headers.add(name: "Access-Control-Allow-Origin", value: "*")
        return response
    }

    private static let base = "/auth/v1/"

    private static var preflight: DemoResponse {
        DemoResponse(
            status: .noContent,
            headers: [
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
                "Access-Control-Allow-Headers":
                    "authorization, apikey, content-type, x-client-info, x-supabase-api-version",
            ]
        )
    }

    private func apiAnswer() throws -> DemoResponse {
        let path = self.request.path.dropFirst(Self.base.count)
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if let open = try self.discoveryAnswer(parts) { return open }
        if let refusal = self.gatewayRefusal() { return refusal }
        return try self.accountAnswer(parts) ?? self.factorAnswer(parts)
            ?? self.adminAnswer(parts) ?? Self.notFound
    }

    static var notFound: DemoResponse {
        .text("404 page not found\n", type: "text/plain; charset=utf-8", status: .notFound)
    }
}

// What every endpoint reads.
extension Exchange {
    func header(_ name: String) -> String? { self.request.headers.first(name: name) }

    /// Where the request came from: the first address that proxies name, else the peer's.
    var client: String {
        let named = self.header("x-forwarded-for")?.split(separator: ",") ?? []
        let addresses = named.map { String($0.drop { $0 == " " }) }
        let valid = addresses.first { (try? SocketAddress(ipAddress: $0, port: 0)) != nil }
        return valid ?? self.request.peer
    }

    /// The members of the body.
    func members() throws -> JSONObject {
        let body = try? JSONValue(parsing: self.request.body, limits: .standard)
        guard let members = body?.objectValue else { throw AuthRefusal.bodyMalformed }
        return members
    }

    func limit(_ endpoint: LimitedEndpoint) throws {
        try self.authority.limit(endpoint, client: self.client, at: self.now)
    }
}

extension JSONObject {
    /// A member that is a string; empty where there is none.
    func text(_ name: String) throws -> String {
        guard let value = self[name], !value.isNull else { return "" }
        guard let text = value.stringValue else { throw AuthRefusal.bodyMalformed }
        return text
    }

    /// A member that is an object; nil where there is none.
    func object(_ name: String) throws -> JSONObject? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let object = value.objectValue else { throw AuthRefusal.bodyMalformed }
        return object
    }
}
