internal import HTTPMessage

/// The life of one request and its response, as a value without sockets.
///
/// Whoever owns it reports what happened and obeys the action that comes back. It knows neither
/// bytes nor channels, so HTTP versions on either side can share it.
struct ExchangeStateMachine {
    private enum Stage: Equatable {
        /// No request.
        case idle
        /// The head was read; the judge has it.
        case judging
        /// The body is taken in, then answered here.
        case collecting
        /// Permitted; waiting for an upstream connection.
        case connecting
        /// The head went upstream; no final response head has come back.
        case waiting
        /// The response is on its way to the client.
        case relaying
        /// Both sides speak something else than HTTP.
        case tunnelled
    }

    private var stage = Stage.idle
    private var request = RequestFacts()
    private var isRequestComplete = false
    private var isOnReusedConnection = false
    private var hasRetried = false
    private var interimResponses = 0

    /// What of a request matters here.
    struct RequestFacts: Equatable {
        var version = HTTPVersion.http11
        /// The client's connection ends after this exchange in any case.
        var closes = false
        /// May be sent again: idempotent and without a body.
        var isRepeatable = false
        var hasBody = false
    }

    /// Whether the client's body can be taken in now.
    var acceptsRequestBody: Bool {
        self.stage == .waiting || self.stage == .relaying || self.stage == .collecting
    }

    /// Whether nothing can go on before the client sends more of its body.
    var awaitsRequestBody: Bool {
        !self.isRequestComplete && (self.stage == .waiting || self.stage == .collecting)
    }

    var isIdle: Bool { self.stage == .idle }

    var isTunnelled: Bool { self.stage == .tunnelled }

    /// Whether a final response head went to the client.
    var hasAnswered: Bool { self.stage == .relaying || self.stage == .tunnelled }

    mutating func began(_ request: RequestFacts) {
        self = Self()
        self.request = request
        self.isRequestComplete = !request.hasBody
        self.stage = .judging
    }

    /// The request is answered here; true when nothing of it is missing.
    mutating func collects() -> Bool {
        self.stage = .collecting
        return self.isRequestComplete
    }

    mutating func permitted() {
        self.stage = .connecting
    }

    mutating func connected(reused: Bool) {
        self.isOnReusedConnection = reused
        self.stage = .waiting
    }

    mutating func requestCompleted() {
        self.isRequestComplete = true
    }

    mutating func ended() {
        self.stage = .idle
    }
}

extension ExchangeStateMachine {
    enum HeadAction: Equatable {
        case passInterim
        case dropInterim
        case relay(ResponseForwarding)
        case openTunnel
        case fail(ResponseRejection)
    }

    /// The upstream sent a response head.
    mutating func receivedHead(
        _ head: borrowing ResponseHead,
        isDraining: Bool,
        maximumInterim: Int
    ) -> HeadAction {
        if head.isInterim {
            self.interimResponses += 1
            guard self.interimResponses <= maximumInterim else {
                return .fail(.tooManyInterimResponses)
            }
            // RFC 9110 section 15.2: HTTP/1.0 clients know no interim responses.
            return self.request.version == .http10 ? .dropInterim : .passInterim
        }
        if head.switchesToWebSocket {
            guard self.isRequestComplete else { return .fail(.unexpectedSwitch) }
            self.stage = .tunnelled
            return .openTunnel
        }
        self.stage = .relaying
        return .relay(self.forwarding(of: head.framing, isDraining: isDraining))
    }

    private mutating func forwarding(
        of framing: BodyFraming,
        isDraining: Bool
    ) -> ResponseForwarding {
        var framing = framing
        // An early response: the rest of the request may never be read.
        var closes = self.request.closes || isDraining || !self.isRequestComplete
        switch (framing, self.request.version) {
        case (.chunked, .http10), (.untilClose, .http10):
            framing = .untilClose
            closes = true
        case (.untilClose, .http11):
            framing = .chunked
        case (.none, _), (.length, _), (.chunked, .http11):
            break
        }
        self.request.closes = closes
        if closes { return ResponseForwarding(framing: framing, connection: .close) }
        let keeps = self.request.version == .http10
        return ResponseForwarding(framing: framing, connection: keeps ? .keepAlive : .silent)
    }
}

extension ExchangeStateMachine {
    /// What becomes of the two connections when the response is complete.
    struct EndAction: Equatable {
        let keepsClient: Bool
        let keepsUpstream: Bool
    }

    /// The upstream's response is complete.
    mutating func responseCompleted(upstreamKeeps: Bool) -> EndAction {
        self.stage = .idle
        return EndAction(
            keepsClient: !self.request.closes && self.isRequestComplete,
            keepsUpstream: upstreamKeeps && self.isRequestComplete
        )
    }

    enum LossAction: Equatable {
        /// The kept connection was closed while the request was on its way: send it once more.
        case retry
        /// Nothing was answered yet: answer for the upstream.
        case answer(ExchangeFault)
        /// The response is cut; the client must see it as cut.
        case cut
        /// The tunnel is over.
        case closeTunnel
        case nothing

        /// Whether the server is to blame; a kept connection may close at any time.
        var isFault: Bool {
            switch self {
            case .answer, .cut: true
            case .retry, .closeTunnel, .nothing: false
            }
        }
    }

    /// The upstream, or the way to it, failed.
    mutating func lostUpstream(_ fault: ExchangeFault) -> LossAction {
        switch self.stage {
        case .idle, .judging:
            return .nothing
        case .collecting, .connecting:
            self.stage = .judging
            return .answer(fault)
        case .waiting:
            guard fault == .upstreamClosed, self.isOnReusedConnection, self.request.isRepeatable,
                !self.hasRetried, self.interimResponses == 0
            else {
                self.stage = .judging
                return .answer(fault)
            }
            self.hasRetried = true
            self.stage = .connecting
            return .retry
        case .relaying:
            self.stage = .idle
            return .cut
        case .tunnelled:
            self.stage = .idle
            return .closeTunnel
        }
    }

    enum AnswerAction: Equatable {
        /// The request's end was seen or will be soon: the connection can serve another one.
        case keep
        /// What is left of the body is read and dropped, then the connection serves another one.
        case discardThenKeep
        case close
    }

    /// The exchange is answered without an upstream.
    mutating func answered(
        closes: Bool,
        remaining: BodyFraming,
        expectsContinue: Bool,
        discardable: UInt64
    ) -> AnswerAction {
        self.stage = .idle
        guard !self.request.closes, !closes else { return .close }
        guard !self.isRequestComplete else { return .keep }
        // Nobody knows whether a client that waits for 100 will send its body after this answer.
        guard !expectsContinue else { return .close }
        guard case .length(let length) = remaining, length <= discardable else { return .close }
        return .discardThenKeep
    }
}
