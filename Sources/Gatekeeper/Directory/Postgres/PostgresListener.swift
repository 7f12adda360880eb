internal import Foundation
internal import Logging
internal import NIOCore
internal import Synchronization

/// Hears from PostgreSQL which users changed, on a connection and a thread of its own.
final class PostgresListener: Sendable {
    enum Change: Equatable, Sendable {
        case user(String)
        /// Anybody: some changes may have been missed.
        case everybody
    }

    /// The channel of `postgres/gatekeeper-notify.sql`.
    static let channel = "gatekeeper"

    private struct State {
        var alarm: PostgresAlarm?
        var isStopped = false
        var isListening = false
    }

    private let address: PostgresAddress
    private let logger: Logger
    private let deliver: @Sendable (Change) -> Void
    private let state = Mutex(State())

    /// Changes are delivered on the listener's thread.
    init(
        to address: PostgresAddress,
        logger: Logger,
        deliver: @escaping @Sendable (Change) -> Void
    ) {
        // A connection that only listens would not notice otherwise that the other end is gone.
        self.address =
            address
            .settingDefault("application_name", "gatekeeper")
            .settingDefault("keepalives_idle", "15")
            .settingDefault("keepalives_interval", "5")
            .settingDefault("keepalives_count", "3")
        self.logger = logger
        self.deliver = deliver
    }

    /// Whether changes are heard now.
    var isListening: Bool { self.state.withLock { $0.isListening } }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "postgres-listen"
        thread.start()
    }

    func stop() {
        self.state.withLock { state in
            state.isStopped = true
            state.alarm?.ring()
        }
    }

    private var isStopped: Bool { self.state.withLock { $0.isStopped } }

    private func run() {
        guard let alarm = PostgresAlarm() else { return }
        self.state.withLock { $0.alarm = alarm }
        var failures = 0
        while !self.isStopped {
            do throws(PostgresFailure) {
                let connection = try self.connect()
                failures = 0
                try self.listen(on: connection, alarm)
            } catch {
                failures += 1
                if self.state.withLock({ $0.isListening }) || failures == 1 {
                    self.logger.warning(
                        "changes of users are not heard",
                        metadata: ["reason": "\(error)"]
                    )
                }
            }
            self.state.withLock { $0.isListening = false }
            let pause = BackOff.delay(afterFailures: failures, jitter: .random(in: 0...1))
            if !self.isStopped { alarm.wait(until: .now() + pause) }
        }
    }

    private func connect() throws(PostgresFailure) -> PostgresConnection {
        let deadline = NIODeadline.now() + .seconds(10)
        let connection = try PostgresConnection(to: self.address, until: deadline)
        try connection.command("listen \(Self.channel)", until: deadline)
        return connection
    }

    private func listen(
        on connection: PostgresConnection,
        _ alarm: PostgresAlarm
    ) throws(PostgresFailure) {
        self.deliver(.everybody)
        self.state.withLock { $0.isListening = true }
        self.logger.info("changes of users are heard")
        while !self.isStopped {
            for payload in try connection.notifications() {
                self.deliver(payload.isEmpty ? .everybody : .user(payload))
            }
            _ = connection.waitForServer(or: alarm)
        }
    }
}
