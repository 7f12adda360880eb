internal import AsyncHTTPClient
internal import DemoAuthority
internal import JSON
internal import NIOCore
internal import NIOHTTP1

/// What the app asks of Supabase Auth, or of the demo authority.
struct AuthClient: Sendable {
    let url: String
    let key: String

    /// An answer of the API.
    struct Answer: Sendable {
        let status: Int
        let body: JSONValue

        var isFine: Bool { (200..<300).contains(self.status) }

        /// What to tell the user about a refusal.
        var message: String { self.body["msg"]?.stringValue ?? "That did not work." }
    }

    /// Asks the API on behalf of the browser that sent `request`.
    func ask(
        _ method: HTTPMethod,
        _ path: String,
        for request: DemoRequest,
        token: String? = nil,
        _ body: JSONObject? = nil
    ) async -> Answer {
        var call = HTTPClientRequest(url: "\(self.url)/auth/v1\(path)")
        call.method = method
        call.headers.add(name: "apikey", value: self.key)
        if let token { call.headers.add(name: "Authorization", value: "Bearer \(token)") }
        // A challenge has to be answered from the address that it was asked for from.
        let client = request.headers.first(name: "x-forwarded-for") ?? request.peer
        call.headers.add(name: "X-Forwarded-For", value: client)
        if let body {
            call.headers.add(name: "Content-Type", value: "application/json")
            call.body = .bytes(ByteBuffer(string: JSONValue.object(body).serialized()))
        }
        do {
            let response = try await HTTPClient.shared.execute(call, timeout: .seconds(10))
            let bytes = try await response.body.collect(upTo: 1 << 20)
            let json = try? JSONValue(
                parsing: Array(bytes.readableBytesView),
                limits: .standard
            )
            return Answer(status: Int(response.status.code), body: json ?? .null)
        } catch {
            return Answer(status: 503, body: ["msg": "The sign-in service does not answer."])
        }
    }
}
