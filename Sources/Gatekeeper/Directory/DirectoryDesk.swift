internal import NIOCore
internal import PolicyDSL

/// One event loop's way to the directory: what it heard lately is answered at once.
final class DirectoryDesk {
    private let directory: UserDirectory
    private let eventLoop: any EventLoop
    private var table: (table: DirectoryTable, readAt: NIODeadline)?
    private var tableGeneration: UInt64 = 0

    init(_ directory: UserDirectory, eventLoop: any EventLoop) {
        self.directory = directory
        self.eventLoop = eventLoop
    }

    /// What the directory knows about the user of `question`.
    func ask(_ question: DirectoryQuestion, at now: Instant) -> DirectoryLookup {
        switch self.directory.source {
        case .none: .settled(.unknown)
        case .claims(let source):
            .settled(
                DirectoryReply(
                    answer: question.claims.map { source.answer(from: $0) } ?? .unknown,
                    fetchedAt: nil
                )
            )
        case .file(let file): .settled(self.look(up: question.subject, in: file, at: now))
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

    private func ask(_ remote: RemoteDirectory?, _ question: DirectoryQuestion) -> DirectoryLookup {
        guard let remote else { return .settled(.unknown) }
        if let entry = remote.heard(about: question, at: self.eventLoop.now) {
            return .settled(DirectoryReply(entry))
        }
        return .pending(
            remote.reply(to: question, on: self.eventLoop).map { entry in
                entry.map(DirectoryReply.init) ?? .unknown
            }
        )
    }
}

// Its table is touched on one event loop only.
@available(*, unavailable)
extension DirectoryDesk: Sendable {}

extension DirectoryReply {
    fileprivate init(_ entry: FactCache.Entry) {
        self.init(answer: entry.answer, fetchedAt: entry.fetchedAt)
    }
}
