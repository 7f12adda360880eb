internal import AsyncHTTPClient
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization
internal import TokenVerify

/// The keys of all configured issuers, in the order of the configuration.
///
/// One store serves one configuration. A reload makes the next store, which takes over the keys
/// of the issuers that did not change.
final class KeyStore: Sendable {
    /// What the store runs on.
    struct Resources: Sendable {
        let client: HTTPClient
        let group: any EventLoopGroup
        let pool: NIOThreadPool
        let logger: Logger
    }

    private let lines: [Line]

    init(
        issuers: [IssuerConfiguration],
        resources: Resources,
        replacing old: KeyStore? = nil
    ) throws(KeySetError) {
        var lines: [Line] = []
        for issuer in issuers {
            let origin = Line.Origin(issuer)
            if let kept = old?.lines.first(where: { $0.origin == origin }) {
                lines.append(kept)
            } else {
                lines.append(try Line(origin, resources: resources))
            }
        }
        self.lines = lines
    }

    /// Asks every source that is not being asked yet; succeeds when each has answered once,
    /// good or bad.
    func start(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        .andAllComplete(self.lines.compactMap { $0.start() }, on: eventLoop)
    }

    /// Ends what `successor` does not carry on.
    func stop(succeededBy successor: KeyStore? = nil) {
        for line in self.lines {
            let isKept = successor?.lines.contains { $0 === line } ?? false
            if !isKept { line.stop() }
        }
    }

    /// The keys of the issuer at `index` of the configuration.
    func keys(at index: Int) -> IssuerKeys { self.lines[index].keys }

    /// A token names an unknown key: succeeds when it is worth looking at the issuer's keys again,
    /// at most `KeyRefresher.longestWait` later.
    func missedKey(_ key: MissedKey, on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        self.lines[key.issuer].missedKey(key.name, on: eventLoop)
    }

    /// Whether any issuer's tokens could be verified.
    var isReady: Bool { self.lines.contains { $0.keys.snapshot.isUsable } }

    var statuses: [KeySetStatus] { self.lines.map { $0.keys.status } }
}

/// One issuer's keys and what keeps them current.
private final class Line: Sendable {
    /// What makes two lines interchangeable.
    struct Origin: Equatable {
        let issuer: String
        let sources: KeySources
        let maxStale: Duration

        init(_ issuer: IssuerConfiguration) {
            self.issuer = issuer.issuer
            self.sources = issuer.keySources
            self.maxStale = issuer.keysMaxStale
        }
    }

    private enum Source {
        case none
        case fetched(KeyRefresher)
        case followed(FileFollower)
    }

    let origin: Origin
    let keys: IssuerKeys
    private let source: Source
    private let isStarted = Atomic(false)

    init(_ origin: Origin, resources: KeyStore.Resources) throws(KeySetError) {
        self.origin = origin
        var secretKeys: JSONWebKeySet?
        if let secret = origin.sources.secret {
            secretKeys = try JSONWebKeySet(hmacSecret: Array(secret.value.utf8))
        }
        let keys = IssuerKeys(
            issuer: origin.issuer,
            source: origin.sources.name,
            secretKeys: secretKeys,
            isComplete: origin.sources.keySet == nil
        )
        self.keys = keys
        self.source = Self.source(origin, keys: keys, resources: resources)
    }

    private static func source(
        _ origin: Origin,
        keys: IssuerKeys,
        resources: KeyStore.Resources
    ) -> Source {
        let fetcher = DocumentFetcher(client: resources.client)
        let allowsEmpty = origin.sources.secret != nil
        switch origin.sources.keySet {
        case nil: return .none
        case .url(let url):
            return .fetched(
                KeyRefresher(keys: keys, origin: origin, resources: resources) { eventLoop in
                    fetcher.keySet(from: url, allowsEmpty: allowsEmpty, on: eventLoop)
                }
            )
        case .discovery(let url):
            return .fetched(
                KeyRefresher(keys: keys, origin: origin, resources: resources) { eventLoop in
                    fetcher.discoveredKeySet(of: origin.issuer, at: url, on: eventLoop)
                }
            )
        case .file(let path):
            let reader = KeyFileReader(
                keys: keys,
                allowsEmpty: allowsEmpty,
                logger: resources.logger
            )
            let follower = FileFollower(
                path: path,
                eventLoop: resources.group.next(),
                pool: resources.pool
            ) { reader.take($0) }
            return .followed(follower)
        }
    }

    /// The first answer of its source; nil when it has none or was started before.
    func start() -> EventLoopFuture<Void>? {
        guard !self.isStarted.exchange(true, ordering: .relaxed) else { return nil }
        switch self.source {
        case .none: return nil
        case .fetched(let refresher): return refresher.start()
        case .followed(let follower): return follower.start()
        }
    }

    func stop() {
        switch self.source {
        case .none: break
        case .fetched(let refresher): refresher.stop()
        case .followed(let follower): follower.stop()
        }
    }

    func missedKey(
        _ name: MissedKeys.Name,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<Void> {
        switch self.source {
        case .none, .followed: eventLoop.makeSucceededVoidFuture()
        case .fetched(let refresher): refresher.missedKey(name, on: eventLoop)
        }
    }
}

extension KeyRefresher {
    fileprivate convenience init(
        keys: IssuerKeys,
        origin: Line.Origin,
        resources: KeyStore.Resources,
        fetch: @escaping Fetch
    ) {
        self.init(
            keys: keys,
            maxStale: TimeAmount(origin.maxStale),
            eventLoop: resources.group.next(),
            logger: resources.logger,
            fetch: fetch
        )
    }
}
