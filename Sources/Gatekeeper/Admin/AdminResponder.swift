internal import NIOCore
internal import NIOHTTP1

/// What the admin port answers; decides, and leaves the sending to its handler.
struct AdminResponder: Sendable {
    /// Whether requests can be judged now, and if not, why.
    enum Readiness: Equatable, Sendable {
        case ready
        case notReady(String)
    }

    struct Answer: Equatable, Sendable {
        let status: HTTPResponseStatus
        var contentType = "text/plain; charset=utf-8"
        var allow: String?
        let body: String
    }

    let readiness: @Sendable () -> Readiness
    let metrics: Metrics

    /// The answer to a request; succeeds on `eventLoop`.
    func answer(
        _ head: HTTPRequestHead,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<Answer> {
        let path = head.uri.prefix { $0 != "?" }
        let isKnown = ["/healthz", "/readyz", "/metrics"].contains(path)
        guard isKnown else {
            return eventLoop.makeSucceededFuture(Answer(status: .notFound, body: "not found\n"))
        }
        guard head.method == .GET || head.method == .HEAD else {
            let answer = Answer(
                status: .methodNotAllowed,
                allow: "GET, HEAD",
                body: "GET or HEAD only\n"
            )
            return eventLoop.makeSucceededFuture(answer)
        }
        switch path {
        case "/healthz":
            return eventLoop.makeSucceededFuture(Answer(status: .ok, body: "ok\n"))
        case "/readyz":
            return eventLoop.makeSucceededFuture(Self.answer(self.readiness()))
        default:
            return self.metrics.page(on: eventLoop).map { page in
                Answer(status: .ok, contentType: PrometheusText.contentType, body: page)
            }
        }
    }

    private static func answer(_ readiness: Readiness) -> Answer {
        switch readiness {
        case .ready: Answer(status: .ok, body: "ready\n")
        case .notReady(let reason): Answer(status: .serviceUnavailable, body: "\(reason)\n")
        }
    }
}
