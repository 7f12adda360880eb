internal import AsyncHTTPClient
internal import JSON
internal import MFAPages
internal import NIOCore
internal import NIOHTTP1

/// Calls a project's Auth API: one answer within a time and a size, whatever happens.
struct AuthClient: Sendable {
    /// The QR code of an enrolment alone is some 250 KB of SVG.
    private static let maximumAnswer = 1 << 20
    private static let timeout = TimeAmount.seconds(10)

    let client: HTTPClient
    let project: SupabaseProject

    /// - `token`: the session in whose name is asked.
    /// - `address`: the client's, where it is known; for the authority's own limits.
    func ask(_ call: AuthCall, token: String, for address: String?) async -> AuthReply {
        var request = HTTPClientRequest(
            url: self.project.url.appending("auth/v1/\(call.path)").description
        )
        request.method = HTTPMethod(rawValue: call.method.rawValue)
        request.headers = self.headers(for: address)
        if call.needsSession {
            request.headers.add(name: "Authorization", value: "Bearer \(token)")
        }
        if let body = call.body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body.serialized()))
        }
        do {
            let response = try await self.client.execute(
                request,
                deadline: .now() + Self.timeout
            )
            let body = try await response.body.collect(upTo: Self.maximumAnswer)
            return AuthReply(
                to: call,
                status: Int(response.status.code),
                errorCode: response.headers.first(name: "x-sb-error-code"),
                retryAfter: response.headers.first(name: "Retry-After").flatMap { Int($0) },
                body: Array(body.readableBytesView)
            )
        } catch {
            return .problem(.unreachable)
        }
    }

    // All users would share this machine's address in the authority's limits. Only a secret key
    // may say whose the request is (`Sb-Forwarded-For`); the gateway wants a key in any case.
    private func headers(for address: String?) -> HTTPHeaders {
        var headers: HTTPHeaders = ["Accept": "application/json"]
        if let secret = self.project.secretKey, secret.value.hasPrefix("sb_secret_"),
            let address
        {
            headers.add(name: "apikey", value: secret.value)
            headers.add(name: "Sb-Forwarded-For", value: address)
        } else if let key = self.project.apiKey {
            headers.add(name: "apikey", value: key.value)
        }
        return headers
    }
}
