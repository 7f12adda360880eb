internal import AsyncHTTPClient
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import PolicyDSL
internal import Synchronization

/// Where the facts of this deployment come from; shared by all event loops.
final class UserDirectory: Sendable {
    enum Source {
        /// No directory is configured: every fact is Unknown.
        case none
        case claims(ClaimsDirectorySource)
        case file(FileDirectory)
        /// By the position of the issuer; an issuer without an endpoint has no facts.
        case remote([RemoteDirectory?])
    }

    /// What runs beside it and has to be started and stopped.
    private enum Company {
        case none
        case file(FileFollower)
        case postgres(PostgresPool, PostgresListener)
        case sqlite(SQLiteDirectory, RemoteDirectory)
    }

    /// What makes two directories interchangeable.
    private struct Origin: Equatable {
        let directory: DirectoryConfiguration?
        let providers: [IssuerConfiguration.Provider]

        init(_ configuration: Configuration) {
            self.directory = configuration.directory
            self.providers = configuration.issuers.map(\.provider)
        }
    }

    let source: Source
    private let company: Company
    private let origin: Origin?
    private let isStarted = Atomic(false)

    /// Whether the facts stand in the token itself.
    var readsClaims: Bool {
        if case .claims = self.source { true } else { false }
    }

    convenience init(source: Source) {
        self.init(source, .none, origin: nil)
    }

    private init(_ source: Source, _ company: Company, origin: Origin?) {
        self.source = source
        self.company = company
        self.origin = origin
    }

    /// The directory that `configuration` names: `old` where that is the same one, so that a
    /// reload forgets no facts.
    static func of(
        _ configuration: Configuration,
        resources: KeyStore.Resources,
        replacing old: UserDirectory?
    ) -> UserDirectory {
        if let old, old.origin == Origin(configuration) { return old }
        return UserDirectory(configuration, resources: resources)
    }

    /// The directory that `configuration` names.
    convenience init(_ configuration: Configuration, resources: KeyStore.Resources) {
        let (source, company) = Self.parts(configuration, resources: resources)
        self.init(source, company, origin: Origin(configuration))
    }

    private static func parts(
        _ configuration: Configuration,
        resources: KeyStore.Resources
    ) -> (Source, Company) {
        guard let directory = configuration.directory else { return (.none, .none) }
        let issuers = configuration.issuers
        switch directory.source {
        case .claims(let source): return (.claims(source), .none)
        case .file(let path):
            let file = FileDirectory(logger: resources.logger)
            let follower = FileFollower(
                path: path,
                eventLoop: resources.group.next(),
                pool: resources.pool
            ) { file.take($0) }
            return (.file(file), .file(follower))
        case .issuer:
            let remotes = issuers.map { issuer in
                DirectoryEndpoint(issuer.provider).map { endpoint in
                    RemoteDirectory(endpoint, directory: directory, resources: resources)
                }
            }
            return (.remote(remotes), .none)
        case .http(let source):
            let endpoint = DirectoryEndpoint.http(source)
            let remote = RemoteDirectory(endpoint, directory: directory, resources: resources)
            return (.remote(Array(repeating: remote, count: issuers.count)), .none)
        case .postgres(let source):
            let (remote, company) = Self.postgres(
                source,
                directory,
                issuers: issuers.count,
                resources: resources
            )
            return (.remote(Array(repeating: remote, count: issuers.count)), company)
        case .sqlite(let path):
            let database = SQLiteDirectory(
                path: path,
                timeout: TimeAmount(directory.timeout),
                pool: resources.pool
            )
            let remote = RemoteDirectory(
                directory,
                answersForSession: true,
                resources: resources
            ) { database.ask($0, on: $1) }
            let source = Source.remote(Array(repeating: remote, count: issuers.count))
            return (source, .sqlite(database, remote))
        }
    }

    private static func postgres(
        _ source: PostgresDirectorySource,
        _ directory: DirectoryConfiguration,
        issuers: Int,
        resources: KeyStore.Resources
    ) -> (RemoteDirectory, Company) {
        let settings = PostgresPool.Settings(
            address: source.address,
            schema: source.schema,
            timeout: TimeAmount(directory.timeout)
        )
        let pool = PostgresPool(settings, logger: resources.logger)
        let remote = RemoteDirectory(
            directory,
            answersForSession: true,
            resources: resources
        ) { pool.ask($0, on: $1) }
        let listener = PostgresListener(to: source.address, logger: resources.logger) { change in
            switch change {
            case .everybody: remote.dropAll()
            case .user(let subject):
                for issuer in 0..<issuers {
                    remote.drop(UserDigest(issuer: issuer, subject: subject))
                }
            }
        }
        return (remote, .postgres(pool, listener))
    }

    /// Begins to follow the source, unless somebody has begun already.
    ///
    /// Succeeds when a file was read or found unreadable; databases are not waited for.
    func start(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        guard !self.isStarted.exchange(true, ordering: .relaxed) else {
            return eventLoop.makeSucceededVoidFuture()
        }
        switch self.company {
        case .none: break
        case .file(let follower): return follower.start().hop(to: eventLoop)
        case .postgres(_, let listener): listener.start()
        case .sqlite(let database, let remote):
            database.watch(on: eventLoop) { remote.dropAll() }
        }
        return eventLoop.makeSucceededVoidFuture()
    }

    /// Ends it, unless `successor` is the same.
    func stop(succeededBy successor: UserDirectory? = nil) {
        guard successor !== self else { return }
        switch self.company {
        case .none: break
        case .file(let follower): follower.stop()
        case .postgres(let pool, let listener):
            listener.stop()
            pool.stop()
        case .sqlite(let database, _): database.stop()
        }
    }

    /// Why the directory cannot answer anyone; nil when it can, or might.
    var problem: DirectoryFileProblem? {
        switch self.source {
        case .none, .claims, .remote: nil
        case .file(let file): file.problem
        }
    }

    /// Whether the source tells us of changes; nil where it could not.
    var hearsChanges: Bool? {
        switch self.company {
        case .none, .file, .sqlite: nil
        case .postgres(_, let listener): listener.isListening
        }
    }
}

extension RemoteDirectory {
    fileprivate convenience init(
        _ directory: DirectoryConfiguration,
        answersForSession: Bool,
        resources: KeyStore.Resources,
        ask: @escaping Ask
    ) {
        self.init(
            lifetimes: FactLifetimes(
                ttl: TimeAmount(directory.ttl),
                negativeTTL: TimeAmount(directory.negativeTTL),
                maxStale: TimeAmount(directory.maxStale)
            ),
            answersForSession: answersForSession,
            eventLoop: resources.group.next(),
            logger: resources.logger,
            ask: ask
        )
    }

    fileprivate convenience init(
        _ endpoint: DirectoryEndpoint,
        directory: DirectoryConfiguration,
        resources: KeyStore.Resources
    ) {
        let fetcher = DocumentFetcher(client: resources.client)
        let timeout = TimeAmount(directory.timeout)
        self.init(
            directory,
            answersForSession: endpoint.answersForSession,
            resources: resources
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

extension UserDirectory {
    /// Forgets what was heard about a user, whose factors have changed.
    func forget(issuer: Int, subject: String) {
        guard case .remote(let remotes) = self.source, let remote = remotes[issuer] else { return }
        remote.drop(UserDigest(issuer: issuer, subject: subject))
    }
}
