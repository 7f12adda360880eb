internal import NIOCore

/// What finally happened to a request, for the decision log and the metrics.
struct ExchangeRecord: Sendable {
    let disposition: Disposition
    /// Of the answer the client was sent; 0 when none was begun.
    let status: UInt16
    let received: NIODeadline
    /// When the judge had ruled; nil where nobody asked it.
    let decided: NIODeadline?
    /// When the first byte of the response head arrived from upstream.
    let answered: NIODeadline?
    let ended: NIODeadline
    /// Body bytes of the request, as forwarded.
    let requestBytes: UInt64
    /// Body bytes of the response, as forwarded.
    let responseBytes: UInt64
}

/// How an exchange ended.
enum Disposition: Int, CaseIterable, Sendable {
    /// The upstream's response went to the client in full.
    case relayed
    /// The upstream switched protocols and the tunnel was closed by either side.
    case tunnelled
    /// Answered without an upstream.
    case refused
    /// Answered for the upstream, which could not.
    case upstreamFailed
    /// The response was cut: the upstream died, or went silent, in the middle of it.
    case cut
    /// Closed because the token expired.
    case expired
    /// The client went away first, or did not read any more.
    case clientLeft
}
