internal import NIOCore
internal import PolicyDSL

/// One event loop's way to the directory: what it heard lately is answered at once.
final class DirectoryDesk {
    private let directory: UserDirectory
    private let eventLoop: any EventLoop
    private var heard: [FactCache]
    private var table: (table: DirectoryTable, readAt: NIODeadline)?
    private var tableGeneration: UInt64 = 0
    private var forgottenGeneration: UInt64 = 0

    init(
        _ directory: UserDirectory,
        eventLoop: any EventLoop,
        capacity: Int = 20_000
    ) {
        self.directory = directory
        self.eventLoop = eventLoop
        switch directory.source {
        case .none, .claims, .file: self.heard = []
        case .remote(let remotes):
            self.heard = remotes.map { remote in
                FactCache(lifetimes: remote?.lifetimes ?? .none, capacity: capacity)
            }
        }
    }

    /// What the directory knows about the user of `question`.
    func ask(_ question: DirectoryQuestion, at now: Instant) -> DirectoryLookup {
        switch self.directory.source {
        case .none: .settled(.unknown)
        case .claims(let source):
            .settled(
                DirectoryReply(answer: source.answer(from: question.claims), fetchedAt: nil)
            )
        case .file(let file, _): .settled(self.look(up: question.subject, in: file, at: now))
        case .remote(let remotes): self.ask(remotes[question.issuer], question)
        }
    }

    private func look(
        up subject: String,
        in file: FileDirectory,
        at now: Instant
    ) -> DirectoryReply {
        let generation = file.generation
        if generation != self.tableGeneration {
            self.table = file.table
            self.tableGeneration = generation
        }
        guard let (table, readAt) = self.table else { return .unknown }
        return DirectoryReply(answer: table.answer(for: subject, at: now), fetchedAt: readAt)
    }

    private func forgetChanged() {
        let forgotten = self.directory.forgotten
        guard forgotten.generation != self.forgottenGeneration else { return }
        guard let (keys, generation) = forgotten.added(after: self.forgottenGeneration) else {
            self.forgottenGeneration = forgotten.generation
            self.heard = self.heard.map { $0.emptied }
            return
        }
        self.forgottenGeneration = generation
        for key in keys { self.heard[key.issuer].remove(key) }
    }

    private func ask(_ remote: RemoteDirectory?, _ question: DirectoryQuestion) -> DirectoryLookup {
        guard let remote else { return .settled(.unknown) }
        let key = remote.key(for: question)
        self.forgetChanged()
        let finding = self.heard[question.issuer].find(
            key,
            changedAt: question.changedAt,
            at: self.eventLoop.now
        )
        if case .fresh(let entry) = finding { return .settled(DirectoryReply(entry)) }
        let reply = remote.reply(to: question, on: self.eventLoop)
        let desk = NIOLoopBound(self, eventLoop: self.eventLoop)
        return .pending(
            reply.map { entry in
                guard let entry else { return .unknown }
                desk.value.heard[question.issuer].store(entry, for: key)
                return DirectoryReply(entry)
            }
        )
    }
}

// Its tables are touched on one event loop only.
@available(*, unavailable)
extension DirectoryDesk: Sendable {}

extension DirectoryReply {
    fileprivate init(_ entry: FactCache.Entry) {
        self.init(answer: entry.answer, fetchedAt: entry.fetchedAt)
    }
}

extension FactLifetimes {
    /// For issuers that nobody can be asked about.
    fileprivate static let none = FactLifetimes(ttl: .zero, negativeTTL: .zero, maxStale: .zero)
}
