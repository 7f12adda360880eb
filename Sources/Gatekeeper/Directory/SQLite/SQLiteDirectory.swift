internal import GRDB
internal import JSON
internal import NIOCore
internal import NIOPosix
internal import PolicyDSL
internal import Synchronization

/// A directory in an SQLite database, which others write and we only read.
///
/// It has Supabase's tables and columns as far as they matter: `users` with `id`, `created_at`,
/// `banned_until` and `deleted_at`; `mfa_factors` with `user_id`, `factor_type` and `status`;
/// and, where sessions can be ended, `sessions` with `id`, `user_id` and `not_after`.
final class SQLiteDirectory: Sendable {
    /// What tells one content of the database from the next.
    private struct Version: Equatable {
        var inode: UInt64?
        /// Changes whenever another connection has written.
        var number: Int?
    }

    private struct State {
        var database: DatabaseQueue?
        var inode: UInt64?
        var seen = Version()
        var watch: RepeatedTask?
    }

    private let path: String
    private let timeout: TimeAmount
    private let pool: NIOThreadPool
    private let state = Mutex(State())

    init(path: String, timeout: TimeAmount, pool: NIOThreadPool) {
        self.path = path
        self.timeout = timeout
        self.pool = pool
    }

    /// Calls `changed` whenever somebody has written to the database, or put another in its place.
    func watch(
        on eventLoop: any EventLoop,
        every interval: Duration = WatchedFile.interval,
        changed: @escaping @Sendable () -> Void
    ) {
        _ = self.hasChanged()
        let task = eventLoop.scheduleRepeatedAsyncTask(
            initialDelay: TimeAmount(interval),
            delay: TimeAmount(interval)
        ) { _ in
            self.pool
                .runIfActive(eventLoop: eventLoop) { if self.hasChanged() { changed() } }
                .recover { _ in }
        }
        self.state.withLock { $0.watch = task }
    }

    func stop() {
        self.state.withLock { $0.watch }?.cancel()
    }

    /// Asks about one user; the future never fails.
    func ask(
        _ question: DirectoryQuestion,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<DirectoryOutcome> {
        self.pool
            .runIfActive(eventLoop: eventLoop) { self.outcome(of: question, at: .now) }
            .recover { _ in .failed(.unreachable(.notConnected), retryAfter: nil) }
    }

    private func hasChanged() -> Bool {
        let number = try? self.database().read { database in
            try Int.fetchOne(database, sql: "pragma data_version")
        }
        return self.state.withLock { state in
            let version = Version(inode: state.inode, number: number ?? nil)
            defer { state.seen = version }
            return version != state.seen
        }
    }

    private func outcome(of question: DirectoryQuestion, at now: Instant) -> DirectoryOutcome {
        do {
            let answer = try self.database().read { database in
                try Self.answer(to: question, in: database, at: now)
            }
            return .answered(answer)
        } catch let error as DatabaseError {
            return .failed(DirectoryFailure(error), retryAfter: nil)
        } catch {
            return .failed(.malformed, retryAfter: nil)
        }
    }

    // A database that was moved into the place of the old one is opened anew.
    private func database() throws -> DatabaseQueue {
        let inode = FileFingerprint(of: self.path)?.inode
        return try self.state.withLock { state in
            if let database = state.database, state.inode == inode { return database }
            state.inode = inode
            state.database = nil
            var configuration = GRDB.Configuration()
            configuration.readonly = true
            let seconds = Double(self.timeout.nanoseconds) / 1_000_000_000
            configuration.busyMode = .timeout(seconds)
            let database = try DatabaseQueue(path: self.path, configuration: configuration)
            state.database = database
            return database
        }
    }
}

extension SQLiteDirectory {
    private static func answer(
        to question: DirectoryQuestion,
        in database: Database,
        at now: Instant
    ) throws -> DirectoryAnswer {
        let user = try Row.fetchOne(
            database,
            sql: "select created_at, banned_until, deleted_at from users where id = ?",
            arguments: [question.subject]
        )
        guard let user, user["deleted_at"] == nil else { return .refused(.userNotFound) }
        if let session = question.session, try database.tableOrViewExists("sessions") {
            let end = try Row.fetchOne(
                database,
                sql: "select not_after from sessions where id = ? and user_id = ?",
                arguments: [session, question.subject]
            )
            guard let end, try Self.isAhead(end["not_after"], of: now) else {
                return .refused(.sessionRevoked)
            }
        }
        let factors = try Row.fetchAll(
            database,
            sql: "select factor_type, status from mfa_factors where user_id = ?",
            arguments: [question.subject]
        )
        let record = UserRecord([
            "created_at": Self.json(user["created_at"]),
            "banned_until": Self.json(user["banned_until"]),
            "factors": .array(
                factors.map { factor in
                    [
                        "factor_type": Self.json(factor["factor_type"]),
                        "status": Self.json(factor["status"]),
                    ]
                }
            ),
        ])
        return record.answer(at: now)
    }

    private static func isAhead(_ end: DatabaseValue, of now: Instant) throws -> Bool {
        switch UserRecord.instant(Self.json(end)) {
        case .missing: true
        case .known(let end): now < end
        case .unreadable: throw DirectoryFailure.malformed
        }
    }

    private static func json(_ value: DatabaseValue) -> JSONValue {
        switch value.storage {
        case .null: .null
        case .string(let text): .string(text)
        case .int64(let number): .integer(number)
        case .double(let number): .real(number)
        case .blob: .bool(false)
        }
    }
}

extension Database {
    fileprivate func tableOrViewExists(_ name: String) throws -> Bool {
        try self.tableExists(name) || self.viewExists(name)
    }
}

extension DirectoryFailure {
    fileprivate init(_ error: DatabaseError) {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_INTERRUPT: self = .unreachable(.timedOut)
        case .SQLITE_CANTOPEN, .SQLITE_IOERR: self = .unreachable(.notConnected)
        case .SQLITE_NOTADB, .SQLITE_CORRUPT: self = .malformed
        default: self = .refused(code: "\(error.resultCode.rawValue)")
        }
    }
}
