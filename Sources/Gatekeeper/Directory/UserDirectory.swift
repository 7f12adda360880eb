internal import AsyncHTTPClient
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import PolicyDSL

/// Where the facts of this deployment come from; shared by all event loops.
final class UserDirectory: Sendable {
    enum Source {
        /// No directory is configured: every fact is Unknown.
        case none
        case claims(ClaimsDirectorySource)
        case file(FileDirectory, FileFollower)
        /// By the position of the issuer; an issuer without an endpoint has no facts.
        case remote([RemoteDirectory?])
    }

    let source: Source

    init(source: Source) {
        self.source = source
    }

    /// The directory that `configuration` names; sources that cannot be served answer nothing.
    convenience init(_ configuration: Configuration, resources: KeyStore.Resources) {
        guard let directory = configuration.directory else {
            self.init(source: .none)
            return
        }
        switch directory.source {
        case .claims(let source): self.init(source: .claims(source))
        case .file(let path):
            let file = FileDirectory(logger: resources.logger)
            let follower = FileFollower(
                path: path,
                eventLoop: resources.group.next(),
                pool: resources.pool
            ) { file.take($0) }
            self.init(source: .file(file, follower))
        case .issuer:
            let remotes = configuration.issuers.map { issuer in
                DirectoryEndpoint(issuer.provider).map { endpoint in
                    RemoteDirectory(endpoint, directory: directory, resources: resources)
                }
            }
            self.init(source: .remote(remotes))
        case .http(let source):
            let remote = RemoteDirectory(
                .http(source),
                directory: directory,
                resources: resources
            )
            let count = configuration.issuers.count
            self.init(source: .remote(Array(repeating: remote, count: count)))
        case .postgres, .sqlite: self.init(source: .none)
        }
    }

    /// Begins to follow the file, if there is one; succeeds when it was read or found unreadable.
    func start(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        switch self.source {
        case .none, .claims, .remote: eventLoop.makeSucceededVoidFuture()
        case .file(_, let follower): follower.start().hop(to: eventLoop)
        }
    }

    func stop() {
        switch self.source {
        case .none, .claims, .remote: break
        case .file(_, let follower): follower.stop()
        }
    }

    /// Why the directory cannot answer anyone; nil when it can, or might.
    var problem: DirectoryFileProblem? {
        switch self.source {
        case .none, .claims, .remote: nil
        case .file(let file, _): file.problem
        }
    }
}

extension RemoteDirectory {
    fileprivate convenience init(
        _ endpoint: DirectoryEndpoint,
        directory: DirectoryConfiguration,
        resources: KeyStore.Resources
    ) {
        let fetcher = DocumentFetcher(client: resources.client)
        let timeout = TimeAmount.milliseconds(directory.timeout.milliseconds)
        self.init(
            lifetimes: FactLifetimes(
                ttl: .milliseconds(directory.ttl.milliseconds),
                negativeTTL: .milliseconds(directory.negativeTTL.milliseconds),
                maxStale: .milliseconds(directory.maxStale.milliseconds)
            ),
            answersForSession: endpoint.answersForSession,
            eventLoop: resources.group.next(),
            logger: resources.logger
        ) { question, eventLoop in
            endpoint.ask(
                question,
                through: fetcher,
                timeout: timeout,
                maximumBytes: directory.maxBytes,
                on: eventLoop
            )
        }
    }
}
