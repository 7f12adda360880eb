import HTTPMessage
import Testing

@testable import Gatekeeper

@Suite struct ExchangeFaultTests {
    static let rows: [(ExchangeFault, String, UInt16)] = [
        (.rejected(.hostMissing), "host-missing", 400),
        (.headTimedOut, "head-timeout", 408),
        (.bodyTimedOut, "body-timeout", 408),
        (.reservedPath, "reserved-path", 404),
        (.rulingFailed, "ruling-failed", 503),
        (.bodyTooLarge, "body-too-large", 413),
        (.expectationFailed, "expectation-failed", 417),
        (.upstreamRefused, "upstream-refused", 502),
        (.upstreamConnectTimedOut, "upstream-connect-timeout", 504),
        (.upstreamTimedOut, "upstream-timeout", 504),
        (.upstreamClosed, "upstream-closed", 502),
        (.upstreamMalformed(.chunkSize), "upstream-chunk-size", 502),
        (.noUpstream, "no-upstream", 503),
    ]

    @Test(arguments: rows)
    func words(fault: ExchangeFault, code: String, status: UInt16) {
        #expect(fault.code == code)
        #expect(fault.status == status)
    }

    @Test func aPlainAnswerSaysWhy() {
        let refusal = Refusal(plain: .rejected(.methodNotAllowed), ticket: ExchangeTicket(value: 1))
        var out: [UInt8] = []
        refusal.append(to: &out, date: Array("Date: d\r\n".utf8), isHead: false, connection: .close)
        #expect(
            String(decoding: out, as: UTF8.self)
                == "HTTP/1.1 405 Method Not Allowed\r\nDate: d\r\n"
                + "Content-Type: application/problem+json\r\nCache-Control: no-store\r\n"
                + "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n"
                + "Content-Length: 44\r\nConnection: close\r\n\r\n"
                + #"{"status":405,"reason":"method-not-allowed"}"#
        )
    }

    @Test func headAnswersHaveNoBody() {
        let refusal = Refusal(plain: .upstreamRefused, ticket: ExchangeTicket(value: 1))
        var out: [UInt8] = []
        refusal.append(to: &out, date: [], isHead: true, connection: .keepAlive)
        let text = String(decoding: out, as: UTF8.self)
        #expect(text.hasSuffix("Content-Length: 42\r\nConnection: keep-alive\r\n\r\n"))
    }
}
