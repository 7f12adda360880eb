internal import GRDB
internal import JSON
internal import NIOHTTP1
package import PolicyDSL
internal import Synchronization

/// A server that speaks Supabase Auth's API, for demonstrations and tests.
///
/// It is a function from requests and times to answers; sockets are `DemoServer`'s.
package final class Authority: Sendable {
    let rules: AuthorityRules
    let database: DatabaseQueue
    private let keys: Mutex<KeyRing>
    private let limiter = Mutex(RateLimiter())
    private let outageEnd = Mutex(Instant(microseconds: .min))

    /// Opens an authority.
    ///
    /// - `file`: the database; in memory where none is named.
    package init(rules: AuthorityRules, file: String? = nil) throws {
        self.rules = rules
        self.database = try AuthorityDatabase.open(file: file)
        self.keys = Mutex(try self.database.write { try KeyRing.load(from: $0) })
    }

    /// The base of the URLs of its API.
    package var url: String { self.rules.url }

    /// Answers one request.
    package func respond(to request: DemoRequest, at now: Instant) -> DemoResponse {
        do {
            return try self.database.write { database in
                let exchange = Exchange(
                    authority: self,
                    request: request,
                    database: database,
                    now: now
                )
                return try exchange.answer()
            }
        } catch let refusal as AuthRefusal {
            return refusal.response(
                version: request.headers.first(name: "x-supabase-api-version"),
                announcesRetryAfter: self.rules.announcesRetryAfter
            )
        } catch {
            return .json(
                ["code": 500, "error_code": "unexpected_failure", "msg": .string("\(error)")],
                status: .internalServerError
            )
        }
    }
}

// What a running authority holds beside its database.
extension Authority {
    var keyRing: KeyRing { self.keys.withLock { $0 } }

    /// Pretends to be down for some seconds.
    func beginOutage(seconds: Int64, at now: Instant) {
        self.outageEnd.withLock { $0 = now.adding(seconds: seconds) }
    }

    func isDown(at now: Instant) -> Bool { self.outageEnd.withLock { now < $0 } }

    /// Changes the keys, and keeps them.
    func changeKeys(
        in database: Database,
        _ change: (inout KeyRing) throws -> Void
    ) throws {
        var ring = self.keyRing
        try change(&ring)
        try ring.store(in: database)
        self.keys.withLock { $0 = ring }
    }

    /// Counts a request against the limit of its endpoint.
    func limit(_ endpoint: LimitedEndpoint, client: String, at now: Instant) throws {
        guard self.rules.limitsRates else { return }
        let wait = self.limiter.withLock { $0.take(endpoint, client: client, at: now) }
        if let wait { throw AuthRefusal.requestLimit(retryAfter: wait) }
    }
}
