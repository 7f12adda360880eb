internal import HTTPMessage
internal import NIOCore

/// What an exchange tells the client's side of it, whatever version of HTTP that speaks.
///
/// `ClientHandler` is one over HTTP/1.1, `HTTP2ClientStream` over HTTP/2.
protocol ClientSide: AnyObject {
    /// Whether the client takes more of its response.
    var isWritable: Bool { get }
    /// Whether the upstream takes more of this client's body.
    var mayReadBody: Bool { get }
    /// What is still to come of the current request's body.
    var remainingRequestBody: BodyFraming { get }

    func send(interim head: ResponseHead)
    func send(_ head: ResponseHead, _ forwarding: ResponseForwarding)
    func send(body: ByteBuffer)
    func sendEnd(trailers: [UInt8])
    func openTunnel(_ head: ResponseHead)
    func sendTunnelled(_ bytes: ByteBuffer)
    /// Sends an answer that does not come from upstream.
    func send(_ refusal: Refusal, closing: Bool)

    /// The exchange is over; the same connection may bring another one if `keep`.
    func exchangeEnded(keep: Bool)
    /// The answer is sent; what is left of the request is read and dropped.
    func discardRequestBody()
    func closeAfterFlush()
    /// Ends in the middle of a response, so that nobody takes it for a whole one.
    func cutOff(_ disposition: Disposition)

    func upstreamBecame(writable: Bool)
    /// Takes in what was received as far as the exchange allows.
    func proceed()
}

/// What an exchange tells the upstream's side of it.
///
/// `UpstreamHandler` is one over HTTP/1.1, `HTTP2UpstreamStream` over HTTP/2.
protocol UpstreamSide: AnyObject {
    /// Sends a judged head, ready for HTTP/1.1, and answers `exchange` from now on.
    func begin(_ exchange: Exchange, head bytes: [UInt8], isChunked: Bool)
    func send(_ body: ByteBuffer)
    func sendEnd(trailers: [UInt8])
    /// Passes bytes that are not HTTP any more.
    func sendTunnelled(_ bytes: ByteBuffer)
    func setReading(_ isReading: Bool)
    /// Ends the part this side plays in its exchange.
    func detach(keep: Bool)
    func close()
    /// Closes once everything gathered for the upstream is on its way.
    func closeAfterFlush()
}

/// A stream of an HTTP/2 connection, whose frames go out at the end of an event.
protocol LoopFlushed: AnyObject {
    func flush()
}

/// A connection that the loop watches: its deadlines, and its end when the server stops.
protocol WatchedConnection: AnyObject {
    /// Where the loop keeps this connection.
    var registration: Int { get set }

    func tick(at now: NIODeadline)
    /// The server stops: an idle connection closes, any other when it is done.
    func drain()
    func closeNow()
}
