internal import AsyncHTTPClient
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import PolicyDSL

/// The directory of a configuration, asked by a command the way the proxy asks it.
struct LiveDirectory {
    private let configuration: Configuration
    private let eventLoop: any EventLoop
    private let desk: NIOLoopBound<DirectoryDesk>

    /// Opens the directory, lends it to `body`, and closes it whatever happens.
    static func with<Value>(
        _ configuration: Configuration,
        _ body: (LiveDirectory) async throws -> Value
    ) async throws -> Value {
        guard configuration.directory != nil else {
            throw CommandFailure("--live: the configuration has no `directory`", status: .invalid)
        }
        let group = MultiThreadedEventLoopGroup.singleton
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(group),
            configuration: DocumentFetcher.clientConfiguration
        )
        let resources = KeyStore.Resources(
            client: client,
            group: group,
            pool: .singleton,
            logger: Logger(label: "gatekeeper") { StreamLogHandler.standardError(label: $0) }
        )
        let directory = UserDirectory(configuration, resources: resources)
        let outcome: Result<Value, any Error>
        do {
            let eventLoop = group.next()
            try await directory.start(on: eventLoop).get()
            let desk = try await eventLoop.submit {
                NIOLoopBound(DirectoryDesk(directory, eventLoop: eventLoop), eventLoop: eventLoop)
            }.get()
            let live = LiveDirectory(
                configuration: configuration,
                eventLoop: eventLoop,
                desk: desk
            )
            outcome = .success(try await body(live))
        } catch {
            outcome = .failure(error)
        }
        directory.stop()
        try await client.shutdown()
        return try outcome.get()
    }

    /// The sample with what the directory says about its user.
    func completed(_ sample: DryRun.Case, of run: DryRun) async throws -> DryRun.Case {
        guard let question = run.question(of: sample) else { return sample }
        let desk = self.desk
        let eventLoop = self.eventLoop
        let now = sample.at
        let reply = try await eventLoop.flatSubmit {
            switch desk.value.ask(question, at: now) {
            case .settled(let reply): eventLoop.makeSucceededFuture(reply)
            case .pending(let future): future
            }
        }.get()
        var sample = sample
        sample.directory = reply.answer
        sample.factOrigin = FactOrigin(
            source: self.source(for: question),
            age: reply.fetchedAt.map { .now() - $0 },
            isLive: true
        )
        return sample
    }

    private func source(for question: DirectoryQuestion) -> String {
        switch self.configuration.directory?.source {
        case nil: "nowhere"
        case .issuer: "issuer \(self.configuration.issuers[question.issuer].issuer)"
        case .postgres: "postgres"
        case .sqlite(let path), .file(let path): path
        case .http(let source): "\(source.url)"
        case .claims: "the token"
        }
    }
}

extension LiveDirectory? {
    /// The sample with what the directory says, where there is one to ask.
    func completed(_ sample: DryRun.Case, of run: DryRun) async throws -> DryRun.Case {
        guard let self else { return sample }
        return try await self.completed(sample, of: run)
    }
}
