internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// A small document fetched whole.
struct FetchedDocument: Sendable {
    let status: UInt
    let headers: HTTPHeaders
    let body: [UInt8]
}

/// Why no document arrived.
enum DocumentFailure: Error, Equatable, Sendable {
    case timedOut
    case tooLarge
    case notConnected
    /// TLS did not establish who answers.
    case untrusted
    case brokenAnswer

    var code: String {
        switch self {
        case .timedOut: "timeout"
        case .tooLarge: "too-large"
        case .notConnected: "unreachable"
        case .untrusted: "tls"
        case .brokenAnswer: "broken-answer"
        }
    }
}

extension DocumentFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .timedOut: "no answer in time"
        case .tooLarge: "the answer is too large"
        case .notConnected: "cannot connect"
        case .untrusted: "the TLS certificate is not trusted"
        case .brokenAnswer: "the answer is cut or malformed"
        }
    }
}

/// Fetches documents over HTTP without ever following a redirect.
struct DocumentFetcher: Sendable {
    let client: HTTPClient

    /// What `fetch` expects of its client: redirects are answers, and nothing is decompressed.
    static var clientConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.timeout = .init(connect: .seconds(5))
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    /// The answer to a GET, whatever its status; the future fails with `DocumentFailure` only.
    func fetch(
        _ url: WebURL,
        headers: HTTPHeaders = [:],
        timeout: TimeAmount,
        maximumBytes: Int,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<FetchedDocument> {
        let request: HTTPClient.Request
        do {
            request = try HTTPClient.Request(url: url.description, headers: headers)
        } catch {
            return eventLoop.makeFailedFuture(DocumentFailure.notConnected)
        }
        let task = self.client.execute(
            request: request,
            delegate: ResponseAccumulator(request: request, maxBodySize: maximumBytes),
            eventLoop: .delegate(on: eventLoop),
            deadline: .now() + timeout
        )
        return task.futureResult.hop(to: eventLoop)
            .map { response in
                FetchedDocument(
                    status: response.status.code,
                    headers: response.headers,
                    body: response.body.map { Array($0.readableBytesView) } ?? []
                )
            }
            .flatMapErrorThrowing { throw Self.failure(for: $0) }
    }

    private static func failure(for error: any Error) -> DocumentFailure {
        if error is ResponseAccumulator.ResponseTooBigError { return .tooLarge }
        if error is HTTPParserError { return .brokenAnswer }
        guard let error = error as? HTTPClientError else {
            return Self.isTLS(error) ? .untrusted : .notConnected
        }
        switch error {
        case .deadlineExceeded, .readTimeout, .connectTimeout, .tlsHandshakeTimeout:
            return .timedOut
        case .remoteConnectionClosed, .bodyLengthMismatch:
            return .brokenAnswer
        default: return .notConnected
        }
    }

    private static func isTLS(_ error: any Error) -> Bool {
        String(reflecting: type(of: error)).hasPrefix("NIOSSL")
    }
}
