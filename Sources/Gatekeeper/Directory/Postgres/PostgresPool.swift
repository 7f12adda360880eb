internal import Foundation
internal import Logging
internal import NIOCore
internal import PolicyDSL
internal import Synchronization

/// A few connections to PostgreSQL, each with a thread of its own, so that no event loop ever
/// waits for libpq; made when there is something to ask.
final class PostgresPool: Sendable {
    struct Settings: Sendable {
        let address: PostgresAddress
        let schema: String
        let timeout: TimeAmount
    }

    /// How many connections one sidecar asks on.
    static let size = 4

    /// A question on its way; whoever settles it first, answer or deadline, counts.
    private final class Errand: Sendable {
        let user: UniqueID
        let session: UniqueID?
        let deadline: NIODeadline
        private let promise: Mutex<EventLoopPromise<DirectoryOutcome>?>

        init(
            user: UniqueID,
            session: UniqueID?,
            deadline: NIODeadline,
            promise: EventLoopPromise<DirectoryOutcome>
        ) {
            self.user = user
            self.session = session
            self.deadline = deadline
            self.promise = Mutex(promise)
        }

        var isOpen: Bool { self.promise.withLock { $0 != nil } }

        func settle(_ outcome: DirectoryOutcome) {
            let promise = self.promise.withLock { promise in
                defer { promise = nil }
                return promise
            }
            promise?.succeed(outcome)
        }
    }

    private struct State {
        var errands = CircularBuffer<Errand>()
        // Whose thread waits; the last one to finish is asked first, so that few are in use.
        var waiting: [PostgresAlarm] = []
        var threads = 0
        var isStopped = false
        var problem: PostgresFailure?
    }

    private let settings: Settings
    private let logger: Logger
    private let state = Mutex(State())
    private let isCancelling = Atomic(false)

    init(_ settings: Settings, logger: Logger) {
        var options = settings.address
        // A cancel request, or a write, to a machine that is gone does not hang for minutes.
        let patience = settings.timeout.nanoseconds / 1_000_000
        options = options.settingDefault("tcp_user_timeout", "\(max(patience, 500))")
        self.settings = Settings(
            address: options.settingDefault("application_name", "gatekeeper"),
            schema: settings.schema,
            timeout: settings.timeout
        )
        self.logger = logger
    }

    /// Asks about one user; the future succeeds within the timeout and never fails.
    func ask(
        _ question: DirectoryQuestion,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<DirectoryOutcome> {
        guard let user = UniqueID(question.subject) else {
            return eventLoop.makeSucceededFuture(.answered(.refused(.userNotFound)))
        }
        let session = question.session.map(UniqueID.init)
        if case .some(.none) = session {
            return eventLoop.makeSucceededFuture(.answered(.refused(.sessionRevoked)))
        }
        let promise = eventLoop.makePromise(of: DirectoryOutcome.self)
        let errand = Errand(
            user: user,
            session: session ?? nil,
            deadline: .now() + self.settings.timeout,
            promise: promise
        )
        let timer = eventLoop.scheduleTask(in: self.settings.timeout) {
            errand.settle(.failed(PostgresFailure.timedOut.directoryFailure, retryAfter: nil))
        }
        promise.futureResult.whenComplete { _ in timer.cancel() }
        self.send(errand)
        return promise.futureResult
    }

    /// Ends all connections; what is still asked is not answered.
    func stop() {
        let (alarms, errands) = self.state.withLock { state in
            state.isStopped = true
            defer { state.errands.removeAll() }
            return (state.waiting, state.errands)
        }
        for errand in errands {
            errand.settle(.failed(.unreachable(.notConnected), retryAfter: nil))
        }
        for alarm in alarms { alarm.ring() }
    }
}

// Errands and the threads that run them.
extension PostgresPool {
    private enum Messenger {
        case waiting(PostgresAlarm)
        case new
        case busy
        case none
    }

    private func send(_ errand: Errand) {
        let messenger: Messenger = self.state.withLock { state in
            if state.isStopped { return .none }
            state.errands.append(errand)
            if let alarm = state.waiting.popLast() { return .waiting(alarm) }
            guard state.threads < Self.size else { return .busy }
            state.threads += 1
            return .new
        }
        switch messenger {
        case .waiting(let alarm): alarm.ring()
        case .busy: break
        case .none: errand.settle(.failed(.unreachable(.notConnected), retryAfter: nil))
        case .new:
            let thread = Thread { self.serve() }
            thread.name = "postgres"
            thread.start()
        }
    }

    private func serve() {
        defer { self.state.withLock { $0.threads -= 1 } }
        guard let alarm = PostgresAlarm() else { return }
        var connection: PostgresConnection?
        while !self.state.withLock({ $0.isStopped }) {
            if let errand = self.next(for: alarm) {
                self.run(errand, on: &connection)
            } else if let open = connection {
                // A server that says something unasked takes its leave.
                if open.waitForServer(or: alarm) { connection = nil }
            } else {
                alarm.wait(until: nil)
            }
        }
    }

    /// The next errand; where there is none, `alarm` will ring for the one after.
    private func next(for alarm: PostgresAlarm) -> Errand? {
        self.state.withLock { state in
            state.waiting.removeAll { $0 === alarm }
            if let errand = state.errands.popFirst() { return errand }
            state.waiting.append(alarm)
            return nil
        }
    }

    private func run(_ errand: Errand, on connection: inout PostgresConnection?) {
        guard errand.isOpen else { return }
        do throws(PostgresFailure) {
            errand.settle(try self.answer(to: errand, on: &connection))
            self.note(nil)
        } catch {
            errand.settle(.failed(error.directoryFailure, retryAfter: nil))
            self.note(error)
            if error == .timedOut, let connection { self.cancel(connection) }
            if !error.leavesConnection { connection = nil }
        }
    }

    private func answer(
        to errand: Errand,
        on connection: inout PostgresConnection?
    ) throws(PostgresFailure) -> DirectoryOutcome {
        let rows: [[[UInt8]?]]
        if let open = connection, let answer = try self.ask(errand, onceOpen: open) {
            rows = answer
        } else {
            connection = nil
            let new = try self.connect(until: errand.deadline)
            connection = new
            rows = try self.ask(errand, new)
        }
        guard let row = rows.first else { return .answered(.refused(.userNotFound)) }
        guard rows.count == 1, let facts = PostgresFacts(row: row) else { throw .malformed }
        return .answered(facts.answer(hasSession: errand.session != nil, at: .now))
    }

    /// Nil when the server has closed the connection since it was last used.
    private func ask(
        _ errand: Errand,
        onceOpen connection: PostgresConnection
    ) throws(PostgresFailure) -> [[[UInt8]?]]? {
        do throws(PostgresFailure) {
            return try self.ask(errand, connection)
        } catch {
            if error.isLostConnection { return nil }
            throw error
        }
    }

    private func ask(
        _ errand: Errand,
        _ connection: PostgresConnection
    ) throws(PostgresFailure) -> [[[UInt8]?]] {
        try connection.run(
            PostgresFacts.statementName,
            [errand.user.bytes, errand.session?.bytes],
            until: errand.deadline
        )
    }
}

extension PostgresPool {
    private func connect(until deadline: NIODeadline) throws(PostgresFailure) -> PostgresConnection
    {
        let connection = try PostgresConnection(to: self.settings.address, until: deadline)
        // Rows that row security hides would look like users who are not there: with it off,
        // PostgreSQL refuses the question instead. Also where a cancel request is lost, the server
        // does not work on for nobody.
        try connection.command(
            """
            set default_transaction_read_only = on;
            set row_security = off;
            set statement_timeout = \(self.settings.timeout.nanoseconds / 1_000_000);
            """,
            until: deadline
        )
        try connection.prepare(
            PostgresFacts.statement(schema: self.settings.schema),
            as: PostgresFacts.statementName,
            parameters: 2,
            until: deadline
        )
        return connection
    }

    // On a thread of its own, since libpq waits for the server to take it; one at a time, so that
    // a frozen server collects no threads.
    private func cancel(_ connection: PostgresConnection) {
        guard let cancellation = connection.makeCancellation() else { return }
        guard !self.isCancelling.exchange(true, ordering: .relaxed) else { return }
        Thread.detachNewThread {
            cancellation.send()
            self.isCancelling.store(false, ordering: .relaxed)
        }
    }

    /// Says once what is wrong, and once that it is over.
    private func note(_ problem: PostgresFailure?) {
        let before = self.state.withLock { state in
            defer { state.problem = problem }
            return state.problem
        }
        guard problem != before else { return }
        if let problem {
            self.logger.warning("PostgreSQL does not answer", metadata: ["reason": "\(problem)"])
        } else {
            self.logger.notice("PostgreSQL answers again")
        }
    }
}
