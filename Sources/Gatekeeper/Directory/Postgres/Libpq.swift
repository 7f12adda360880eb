internal import CLibpq
internal import Glibc
internal import NIOCore

/// One connection to PostgreSQL, used by one thread, which waits with a deadline for every step.
@safe final class PostgresConnection {
    private let handle: OpaquePointer  // PGconn

    /// The options that a URL spells out; nil where libpq cannot read it.
    static func options(of url: String) -> [PostgresAddress.Option]? {
        guard let parsed = unsafe PQconninfoParse(url, nil) else { return nil }
        defer { unsafe PQconninfoFree(parsed) }
        var options: [PostgresAddress.Option] = []
        var next = unsafe parsed
        while let name = unsafe next.pointee.keyword {
            if let value = unsafe next.pointee.val {
                unsafe options.append(
                    PostgresAddress.Option(
                        name: String(cString: name),
                        value: String(cString: value)
                    )
                )
            }
            unsafe next += 1
        }
        return options
    }

    /// Connects, TLS and password included.
    init(to address: PostgresAddress, until deadline: NIODeadline) throws(PostgresFailure) {
        guard let handle = unsafe PQconnectStart(address.connectionString) else {
            throw .unreachable("out of memory")
        }
        unsafe self.handle = handle
        // Without a receiver libpq prints what the server remarks.
        _ = unsafe PQsetNoticeReceiver(handle, { _, _ in }, nil)
        var status = PGRES_POLLING_WRITING
        while status != PGRES_POLLING_OK {
            guard unsafe PQstatus(handle) != CONNECTION_BAD, status != PGRES_POLLING_FAILED else {
                throw self.connectFailure
            }
            try self.wait(for: status == PGRES_POLLING_READING ? POLLIN : POLLOUT, until: deadline)
            status = unsafe PQconnectPoll(handle)
        }
        guard unsafe PQsetnonblocking(handle, 1) == 0 else { throw self.lost }
    }

    deinit {
        unsafe PQfinish(self.handle)
    }
}

extension PostgresConnection {
    /// Runs statements whose answers do not matter.
    func command(_ text: String, until deadline: NIODeadline) throws(PostgresFailure) {
        guard unsafe PQsendQuery(self.handle, text) == 1 else { throw self.lost }
        _ = try self.rows(until: deadline)
    }

    /// Prepares a statement whose parameters are UUIDs.
    func prepare(
        _ statement: String,
        as name: String,
        parameters count: Int,
        until deadline: NIODeadline
    ) throws(PostgresFailure) {
        let types = Array(repeating: Self.uuid, count: count)
        let isSent = unsafe types.withUnsafeBufferPointer { types in
            unsafe PQsendPrepare(self.handle, name, statement, Int32(count), types.baseAddress)
        }
        guard isSent == 1 else { throw self.lost }
        _ = try self.rows(until: deadline)
    }

    // From PostgreSQL's pg_type.dat; object identifiers of built-in types never change.
    private static let uuid: Oid = 2950

    /// Runs a prepared statement; parameters and rows are in PostgreSQL's binary formats.
    func run(
        _ name: String,
        _ parameters: [[UInt8]?],
        until deadline: NIODeadline
    ) throws(PostgresFailure) -> [[[UInt8]?]] {
        let bytes = parameters.flatMap { $0 ?? [] }
        let lengths = parameters.map { Int32($0?.count ?? 0) }
        let formats = Array(repeating: Int32(1), count: parameters.count)
        let isSent = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                var values: [UnsafePointer<CChar>?] = unsafe []
                var offset = 0
                for parameter in parameters {
                    let start = unsafe characters.baseAddress.map { unsafe $0 + offset }
                    unsafe values.append(parameter == nil ? nil : start)
                    offset += parameter?.count ?? 0
                }
                return unsafe PQsendQueryPrepared(
                    self.handle,
                    name,
                    Int32(parameters.count),
                    values,
                    lengths,
                    formats,
                    1
                )
            }
        }
        guard isSent == 1 else { throw self.lost }
        return try self.rows(until: deadline)
    }

    private func rows(until deadline: NIODeadline) throws(PostgresFailure) -> [[[UInt8]?]] {
        try self.flush(until: deadline)
        var rows: [[[UInt8]?]] = []
        var failure: PostgresFailure?
        while let result = unsafe try self.result(until: deadline) {
            defer { unsafe PQclear(result) }
            switch unsafe PQresultStatus(result) {
            case PGRES_COMMAND_OK: break
            case PGRES_TUPLES_OK: unsafe rows += Self.rows(of: result)
            default: unsafe failure = Self.refusal(result)
            }
        }
        if unsafe PQstatus(self.handle) == CONNECTION_BAD { throw self.lost }
        if let failure { throw failure }
        return rows
    }

    private func flush(until deadline: NIODeadline) throws(PostgresFailure) {
        while true {
            switch unsafe PQflush(self.handle) {
            case 0: return
            case 1:
                try self.wait(for: POLLIN | POLLOUT, until: deadline)
                guard unsafe PQconsumeInput(self.handle) == 1 else { throw self.lost }
            default: throw self.lost
            }
        }
    }

    private func result(until deadline: NIODeadline) throws(PostgresFailure) -> OpaquePointer? {
        while unsafe PQisBusy(self.handle) == 1 {
            try self.wait(for: POLLIN, until: deadline)
            guard unsafe PQconsumeInput(self.handle) == 1 else { throw self.lost }
        }
        return unsafe PQgetResult(self.handle)
    }

    private static func rows(of result: OpaquePointer) -> [[[UInt8]?]] {
        let columns = unsafe PQnfields(result)
        return (0..<(unsafe PQntuples(result))).map { row in
            (0..<columns).map { column in
                guard unsafe PQgetisnull(result, row, column) == 0,
                    let value = unsafe PQgetvalue(result, row, column)
                else { return nil }
                let count = Int(unsafe PQgetlength(result, row, column))
                return unsafe value.withMemoryRebound(to: UInt8.self, capacity: count) { bytes in
                    unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
                }
            }
        }
    }

    private static func refusal(_ result: OpaquePointer) -> PostgresFailure {
        func field(_ code: Int32) -> String {
            unsafe PQresultErrorField(result, code).map { unsafe String(cString: $0) } ?? ""
        }
        let sqlState = field(Int32(UInt8(ascii: "C")))
        // What breaks the protocol comes from libpq and has no SQLSTATE.
        guard !sqlState.isEmpty else { return .malformed }
        return .refused(sqlState: sqlState, field(Int32(UInt8(ascii: "M"))))
    }
}

extension PostgresConnection {
    /// What the server has sent on its own account: payloads of `NOTIFY`, in order.
    func notifications() throws(PostgresFailure) -> [String] {
        guard unsafe PQconsumeInput(self.handle) == 1 else { throw self.lost }
        var payloads: [String] = []
        while let notification = unsafe PQnotifies(self.handle) {
            unsafe payloads.append(String(cString: notification.pointee.extra))
            unsafe PQfreemem(notification)
        }
        return payloads
    }

    /// Waits until the server sends something on its own account, or `alarm` rings; whether it
    /// was the server.
    func waitForServer(or alarm: PostgresAlarm) -> Bool {
        alarm.wait(besides: unsafe PQsocket(self.handle), until: nil)
    }

    /// A way to end what the server is doing for this connection.
    func makeCancellation() -> PostgresCancellation? {
        unsafe PQgetCancel(self.handle).map { unsafe PostgresCancellation(takingOwnershipOf: $0) }
    }

    private func wait(
        for events: Int32,
        until deadline: NIODeadline
    ) throws(PostgresFailure) {
        let socket = unsafe PQsocket(self.handle)
        guard socket >= 0 else { throw self.lost }
        guard Descriptors.wait(for: [(socket, events)], until: deadline) != nil else {
            throw .timedOut
        }
    }

    private var message: String {
        let text = unsafe PQerrorMessage(self.handle).map { unsafe String(cString: $0) } ?? ""
        return text.split(separator: "\n").first.map(String.init) ?? "the connection is lost"
    }

    private var lost: PostgresFailure { .unreachable(self.message) }

    // libpq has no codes for what goes wrong with TLS, only words.
    private var connectFailure: PostgresFailure {
        let message = self.message
        let isAboutTrust = ["certificate", "SSL"].contains { message.contains($0) }
        return isAboutTrust ? .untrusted(message) : .unreachable(message)
    }
}

/// The right to cancel what runs on a connection, also after that one is gone.
@safe final class PostgresCancellation {
    private let handle: OpaquePointer  // PGcancel

    fileprivate init(takingOwnershipOf handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    deinit {
        unsafe PQfreeCancel(self.handle)
    }

    /// Sends the request on a connection of its own; may block for as long as the network does.
    func send() {
        var message = [CChar](repeating: 0, count: 256)
        _ = unsafe PQcancel(self.handle, &message, Int32(message.count))
    }
}

// A PGcancel is never modified after it was made, and PQcancel may be called from any thread
// (libpq, "Canceling Queries in Progress"). It is therefore Sendable.
extension PostgresCancellation: @unchecked Sendable {}

/// Wakes one thread that waits, with or without a connection.
@safe final class PostgresAlarm: Sendable {
    private let readEnd: Int32
    private let writeEnd: Int32

    /// Nil when the process has no more descriptors.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { return nil }
        self.readEnd = ends[0]
        self.writeEnd = ends[1]
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        close(self.readEnd)
        close(self.writeEnd)
    }

    func ring() {
        // A full pipe rings already.
        _ = unsafe write(self.writeEnd, [1], 1)
    }

    /// Waits until the alarm rings or the deadline is over.
    func wait(until deadline: NIODeadline?) {
        _ = self.wait(besides: -1, until: deadline)
    }

    fileprivate func wait(besides socket: Int32, until deadline: NIODeadline?) -> Bool {
        let ready = Descriptors.wait(
            for: [(self.readEnd, POLLIN), (socket, POLLIN)],
            until: deadline
        )
        var rings = [UInt8](repeating: 0, count: 64)
        while unsafe read(self.readEnd, &rings, rings.count) > 0 {}
        return ready?.contains(socket) ?? false
    }
}

private enum Descriptors {
    /// Those that something happened to, or nil when nothing did until the deadline; negative ones
    /// are passed over.
    static func wait(
        for descriptors: [(number: Int32, events: Int32)],
        until deadline: NIODeadline?
    ) -> [Int32]? {
        var entries = descriptors.map { descriptor in
            pollfd(fd: descriptor.number, events: Int16(descriptor.events), revents: 0)
        }
        while true {
            var milliseconds: Int32 = -1
            if let deadline {
                let left = (deadline - .now()).nanoseconds
                guard left > 0 else { return nil }
                milliseconds = Int32(clamping: (left + 999_999) / 1_000_000)
            }
            let count = unsafe poll(&entries, nfds_t(entries.count), milliseconds)
            if count > 0 { return entries.filter { $0.revents != 0 }.map(\.fd) }
            if count < 0, errno != EINTR { return nil }
        }
    }
}
