internal import FoundationEssentials
internal import NIOCore

/// What the connections of one event loop share.
///
/// Lives and is used on that loop only.
final class ProxyLoop {
    let eventLoop: any EventLoop
    let judge: any Judge
    let settings: ProxySettings
    /// Where heads are written before they are sent.
    var scratch: [UInt8] = []
    /// The time of the last tick: exact enough for deadlines, and free.
    private(set) var now = NIODeadline.now()
    private let tickInterval: TimeAmount
    private(set) var isDraining = false
    let upstreams: UpstreamSet
    let clients: ClientDesk

    private var date = HTTPDate()

    private var watched: [any WatchedConnection] = []
    private var unflushed = Unflushed()
    private var ticking: RepeatedTask?
    private var drained: EventLoopPromise<Void>?

    /// - `targets`: the servers, with what all loops know about them.
    /// - `accounts`: of the clients of all loops.
    init(
        eventLoop: any EventLoop,
        judge: any Judge,
        settings: ProxySettings,
        targets: [UpstreamTarget],
        accounts: ClientAccounts
    ) {
        self.eventLoop = eventLoop
        self.judge = judge
        self.settings = settings
        self.clients = ClientDesk(accounts, trusting: settings.trustedProxies)
        self.tickInterval = settings.limits.tickInterval
        self.upstreams = UpstreamSet(
            targets.map {
                UpstreamPool(eventLoop: eventLoop, target: $0, limits: settings.limits)
            },
            balance: settings.balance
        )
    }

    /// How many client connections are open.
    var connections: Int { self.watched.count }

    /// The `Date` field line of now.
    func dateLine() -> [UInt8] {
        self.date.line(at: Int(Date.now.timeIntervalSince1970))
    }
}

@available(*, unavailable)
extension ProxyLoop: Sendable {}

// One timer per loop looks at every connection's deadline: a request then costs no timer at all.
extension ProxyLoop {
    func startTicking() {
        let interval = self.tickInterval
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.ticking = self.eventLoop.scheduleRepeatedTask(
            initialDelay: interval,
            delay: interval
        ) { _ in
            bound.value.tick(at: .now())
        }
    }

    /// The deadline of something that may take `limit` from now on: never early, and late by at
    /// most two ticks.
    func deadline(in limit: TimeAmount) -> NIODeadline {
        self.now + limit + self.tickInterval
    }

    func tick(at now: NIODeadline) {
        self.now = now
        self.date.invalidate()
        // A connection that closes moves the last one into its place, so the walk goes backwards.
        for index in self.watched.indices.reversed() where index < self.watched.count {
            self.watched[index].tick(at: now)
        }
        self.upstreams.closeIdle(at: now)
        self.settle()
    }
}

// What was gathered during the events of one turn of the loop goes out together: whoever waits for
// it is woken once, not for every message. That is what sending costs most.
extension ProxyLoop {
    func needsFlush(_ client: ClientHandler) {
        self.unflushed.clients.append(client)
        self.unflushed.count += 1
    }

    func needsFlush(_ upstream: UpstreamHandler) {
        self.unflushed.upstreams.append(upstream)
        self.unflushed.count += 1
    }

    func needsFlush(_ stream: any LoopFlushed) {
        self.unflushed.streams.append(stream)
        self.unflushed.count += 1
    }

    /// Counts what a body adds to what waits.
    func gathered(_ body: ByteBuffer) {
        self.unflushed.bytes += body.readableBytes
    }

    /// Ends a reading: what was gathered is sent when the events that came with it are over, or now
    /// where that is much.
    ///
    /// Only for whoever stands nearest to the socket: sending calls back, and the libraries between
    /// are in the middle of something when they tell the others of an event.
    func endReading() {
        if self.unflushed.isMuch { self.flush() } else { self.settle() }
    }

    /// Ends an event: what was gathered is sent when the events that came with it are over.
    func settle() {
        guard self.unflushed.count > 0, !self.unflushed.isScheduled else { return }
        self.unflushed.isScheduled = true
        self.eventLoop.assumeIsolated().execute {
            self.unflushed.isScheduled = false
            self.flush()
        }
    }

    /// Sends everything that was gathered.
    func flush() {
        guard !self.unflushed.isFlushing else { return }
        self.unflushed.isFlushing = true
        self.unflushed.bytes = 0
        // Sending one may add others.
        while self.unflushed.count > 0 {
            self.unflushed.count = 0
            while let upstream = self.unflushed.upstreams.popLast() { upstream.flush() }
            while let client = self.unflushed.clients.popLast() { client.flush() }
            while let stream = self.unflushed.streams.popLast() { stream.flush() }
        }
        self.unflushed.isFlushing = false
    }
}

/// Who has something to send.
private struct Unflushed {
    // So long that nobody notices the waiting, and the memory is bounded.
    private static let manySides = 32
    private static let manyBytes = 64 * 1024

    var clients: [ClientHandler] = []
    var upstreams: [UpstreamHandler] = []
    var streams: [any LoopFlushed] = []
    /// How many there are: asking the lists would count references with every event.
    var count = 0
    /// What their bodies add up to.
    var bytes = 0
    var isScheduled = false
    var isFlushing = false

    var isMuch: Bool { self.bytes > Self.manyBytes || self.count >= Self.manySides }
}

extension ProxyLoop {
    func opened(_ client: any WatchedConnection) {
        client.registration = self.watched.count
        self.watched.append(client)
        self.clients.accounts.connectionOpened()
    }

    func closed(_ client: any WatchedConnection) {
        let index = client.registration
        guard index < self.watched.count, self.watched[index] === client else { return }
        self.clients.accounts.connectionClosed()
        let last = self.watched.removeLast()
        if last !== client {
            last.registration = index
            self.watched[index] = last
        }
        if self.isDraining, self.watched.isEmpty { self.finishDraining() }
    }

    /// Lets running exchanges finish and closes every connection after its last one.
    ///
    /// The future completes when none is left, at the latest when the drain time is over.
    func drain() -> EventLoopFuture<Void> {
        if let drained = self.drained { return drained.futureResult }
        let promise = self.eventLoop.makePromise(of: Void.self)
        self.drained = promise
        self.isDraining = true
        for client in self.watched {
            client.drain()
        }
        self.upstreams.closeAll()
        guard !self.watched.isEmpty else {
            self.finishDraining()
            return promise.futureResult
        }
        self.eventLoop.assumeIsolated().scheduleTask(in: self.settings.limits.drainTimeout) {
            for client in self.watched {
                client.closeNow()
            }
            self.finishDraining()
        }
        return promise.futureResult
    }

    private func finishDraining() {
        self.ticking?.cancel()
        self.ticking = nil
        self.upstreams.closeAll()
        self.judge.drained()
        self.drained?.succeed()
    }
}
