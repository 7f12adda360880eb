internal import AsyncHTTPClient
internal import HTTPMessage
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Asks Clerk's Backend API for the cookies that a nonce stands for.
///
/// Anyone can send a nonce, so that only a few are asked about at a time.
final class HandshakeExchange: Sendable {
    private static let timeout = TimeAmount.seconds(5)
    private static let maximumBytes = 256 << 10
    private static let maximumQuestions = 32

    private let fetcher: DocumentFetcher
    private let url: WebURL
    private let secretKey: Secret
    private let questions = Atomic(0)

    /// Nil where there is no Backend API to ask, or no secret key that opens it.
    init?(_ provider: IssuerConfiguration.Provider, client: HTTPClient) {
        guard case .clerk(let instance) = provider, let secretKey = instance.secretKey else {
            return nil
        }
        self.fetcher = DocumentFetcher(client: client)
        self.url = instance.backendAPI.appending("v1/clients/handshake_payload")
        self.secretKey = secretKey
    }

    /// The cookies for `nonce`; nil where there are none, or none to be had.
    func cookies(
        for nonce: [UInt8],
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<HandshakeCookies?> {
        let running = self.questions.wrappingAdd(1, ordering: .relaxed).newValue
        guard running <= Self.maximumQuestions else {
            self.questions.wrappingSubtract(1, ordering: .relaxed)
            return eventLoop.makeSucceededFuture(nil)
        }
        let query = "?nonce=\(PercentEncoding.encode(nonce.span))"
        let answer = self.fetcher.fetch(
            WebURL(origin: self.url.origin, target: self.url.target + query),
            headers: [
                "Accept": "application/json",
                "Authorization": "Bearer \(self.secretKey.value)",
                "Clerk-API-Version": ClerkInstance.apiVersion,
            ],
            timeout: Self.timeout,
            maximumBytes: Self.maximumBytes,
            on: eventLoop
        )
        answer.whenComplete { _ in self.questions.wrappingSubtract(1, ordering: .relaxed) }
        return
            answer
            .map { $0.status == 200 ? HandshakeCookies(answer: $0.body) : nil }
            .recover { _ in nil }
    }
}
