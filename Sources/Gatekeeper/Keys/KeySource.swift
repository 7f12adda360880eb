internal import NIOCore
internal import NIOHTTP1
internal import TokenVerify

extension DocumentFetcher {
    private static let keyTimeout = TimeAmount.seconds(5)

    /// Fetches a key set from its URL.
    func keySet(
        from url: WebURL,
        allowsEmpty: Bool,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<KeySetAnswer> {
        self.document(url, on: eventLoop).flatMapThrowing { document in
            try KeySetAnswer(judging: document, allowsEmpty: allowsEmpty)
        }
    }

    /// Fetches the key set that an issuer's discovery document names.
    func discoveredKeySet(
        of issuer: String,
        at url: WebURL,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<KeySetAnswer> {
        let discovery = url.appending(".well-known/openid-configuration")
        return self.document(discovery, on: eventLoop)
            .flatMapThrowing { try KeySetAnswer.keySetURL(discoveredIn: $0, issuer: issuer) }
            .flatMap { self.keySet(from: $0, allowsEmpty: false, on: eventLoop) }
    }

    private func document(
        _ url: WebURL,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<FetchedDocument> {
        self.fetch(
            url,
            headers: ["Accept": "application/json"],
            timeout: Self.keyTimeout,
            maximumBytes: KeySetAnswer.maximumBytes,
            on: eventLoop
        )
        .flatMapErrorThrowing { error in
            throw (error as? DocumentFailure).map { KeySetFailure.unreachable($0) } ?? error
        }
    }
}
