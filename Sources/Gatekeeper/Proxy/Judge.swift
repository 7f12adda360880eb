internal import HTTPMessage
internal import NIOCore

/// Decides about every request before a byte of it goes upstream.
///
/// One judge per event loop, called on that loop only. What it can answer from memory it answers
/// at once; `later` is for the rest. It is a protocol so that the proxy can be tested, and fuzzed,
/// without tokens and policies.
protocol Judge: AnyObject {
    /// What the route of `head.path` accepts by name.
    ///
    /// Asked only for heads with oddities, before `judge`.
    func leniency(for head: borrowing RequestHead) -> Leniency

    /// Rules on a well-formed request.
    ///
    /// `head` is reused for the connection's next request: copy it to keep it beyond the call.
    func judge(
        _ head: borrowing RequestHead,
        from connection: borrowing ConnectionInfo
    ) -> Ruling

    /// The answer to something that went wrong outside of the judge's own ruling.
    ///
    /// `ticket` is the one of the permit the exchange ran under, nil where no ruling was made;
    /// the refusal's own ticket replaces it. `head` is nil when no head could be parsed.
    func answer(
        to fault: ExchangeFault,
        under ticket: ExchangeTicket?,
        head: RequestHead?,
        from connection: borrowing ConnectionInfo
    ) -> Refusal

    /// The exchange that `ticket` stands for is over; called exactly once for every ticket.
    func finished(_ ticket: ExchangeTicket, with record: ExchangeRecord)

    /// The loop is drained: nothing runs any more, and nothing will.
    func drained()
}

/// A ruling, or the promise of one.
enum Ruling {
    case forward(Permit)
    case refuse(Refusal)
    /// The future succeeds on the connection's event loop; a failure is answered as a fault.
    case later(EventLoopFuture<SettledRuling>)
    /// Nothing goes upstream: the request is answered here, once its body is in.
    case respond(LocalResponder)
}

/// A ruling that is not a promise any more.
enum SettledRuling: Sendable {
    case forward(Permit)
    case refuse(Refusal)
    case respond(LocalResponder)
}

extension SettledRuling {
    /// The ticket of the exchange; nil while nothing was decided about it.
    var ticket: ExchangeTicket? {
        switch self {
        case .forward(let permit): permit.ticket
        case .refuse(let refusal): refusal.ticket
        case .respond: nil
        }
    }
}

/// A judge's own number for one exchange, handed back when it is over.
struct ExchangeTicket: Hashable, Sendable {
    let value: UInt64
}

/// Proof that a request may pass: without one nothing is sent upstream.
struct Permit: Sendable {
    let ticket: ExchangeTicket
    let decision: DecisionID
    /// Ready field lines, each ending in CR LF, shared by all requests of one token.
    ///
    /// `X-Gatekeeper-Class` and what follows from the credential. `-Decision` is added to it.
    let identity: [UInt8]
    /// Names of cookies that are taken out of the forwarded request.
    var withheldCookies: [[UInt8]] = []
    /// Whether `Authorization` is taken out as well.
    var withholdsAuthorization = false
    /// Whether the request is forwarded without its body (preflights).
    var withholdsBody = false
    /// When a stream or tunnel opened by this request must end: the token's `exp` and leeway.
    var expiry: NIODeadline?
}

/// A complete answer that does not come from upstream.
struct Refusal: Sendable {
    let ticket: ExchangeTicket
    let status: UInt16
    /// Ready field lines, each ending in CR LF.
    ///
    /// Never Content-Length, Connection or Date: those are the connection's business.
    let fields: [UInt8]
    let body: [UInt8]
    /// Whether the connection ends after it.
    var closes = false
}

/// What can go wrong with an exchange apart from a judge's refusal.
enum ExchangeFault: Equatable, Sendable {
    /// The request is not one we forward.
    case rejected(RequestRejection)
    /// The head did not arrive in time.
    case headTimedOut
    /// The client stopped sending in the middle of its body.
    case bodyTimedOut
    /// The target lies under `/.gatekeeper/` and nobody answers there.
    case reservedPath
    /// A `later` ruling failed.
    case rulingFailed
    /// The body is longer than whoever answers here wants to read.
    case bodyTooLarge
    /// The client waits for leave to send a body that is read here, where no leave is given.
    case expectationFailed
    case upstreamRefused
    case upstreamConnectTimedOut
    case upstreamTimedOut
    /// The upstream closed before it sent a response head.
    case upstreamClosed
    case upstreamMalformed(ResponseRejection)
    /// The client asks more often than it may; after so many seconds it may again.
    case rateLimited(retryAfter: Int)
    /// Health checks leave no server that could have the request.
    case noUpstream
}

extension ExchangeFault {
    /// The stable word for logs, metrics and answers.
    var code: String {
        switch self {
        case .rejected(let rejection): rejection.code
        case .headTimedOut: "head-timeout"
        case .bodyTimedOut: "body-timeout"
        case .reservedPath: "reserved-path"
        case .rulingFailed: "ruling-failed"
        case .bodyTooLarge: "body-too-large"
        case .expectationFailed: "expectation-failed"
        case .upstreamRefused: "upstream-refused"
        case .upstreamConnectTimedOut: "upstream-connect-timeout"
        case .upstreamTimedOut: "upstream-timeout"
        case .upstreamClosed: "upstream-closed"
        case .upstreamMalformed(let rejection): rejection.code
        case .rateLimited: "rate-limited"
        case .noUpstream: "no-upstream"
        }
    }

    var status: UInt16 {
        switch self {
        case .rejected(let rejection): rejection.status
        case .headTimedOut, .bodyTimedOut: 408
        case .reservedPath: 404
        case .rulingFailed, .noUpstream: 503
        case .bodyTooLarge: 413
        case .expectationFailed: 417
        case .rateLimited: 429
        case .upstreamRefused, .upstreamClosed, .upstreamMalformed: 502
        case .upstreamConnectTimedOut, .upstreamTimedOut: 504
        }
    }
}
