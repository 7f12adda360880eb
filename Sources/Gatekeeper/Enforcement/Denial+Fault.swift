internal import HTTPMessage
internal import PolicyDSL

extension Denial {
    /// What something that went wrong outside of the policies amounts to.
    init(_ fault: ExchangeFault) {
        switch fault {
        case .rejected(let rejection):
            self = .badRequest(
                rejection.isOfPath ? Reason.badPath.rawValue : rejection.code,
                status: rejection.status
            )
        case .headTimedOut, .bodyTimedOut, .reservedPath, .bodyTooLarge, .expectationFailed:
            self = .badRequest(fault.code, status: fault.status)
        case .rateLimited(let retryAfter):
            self = .badRequest(fault.code, status: fault.status)
            self.retryAfter = retryAfter
        case .rulingFailed, .upstreamRefused, .upstreamConnectTimedOut, .upstreamTimedOut,
            .upstreamClosed, .upstreamMalformed, .noUpstream:
            self.init(outcome: .unavailable, reason: fault.code, status: fault.status)
        }
    }
}
