import HTTPMessage
import Testing

@testable import Gatekeeper

extension ExchangeStateMachine {
    fileprivate static func waiting(
        _ request: RequestFacts = RequestFacts(),
        reused: Bool = false
    ) -> Self {
        var machine = Self()
        machine.began(request)
        machine.permitted()
        machine.connected(reused: reused)
        return machine
    }
}

private func response(_ text: String, asksForWebSocket: Bool = false) throws -> ResponseHead {
    var parser = ResponseHeadParser(limit: 4096)
    var head = ResponseHead()
    let context = ResponseContext(isHead: false, asksForWebSocket: asksForWebSocket)
    let bytes = Array("HTTP/1.1 \(text)\r\n\r\n".utf8)
    _ = try #require(try parser.parse(bytes.span, answering: context, into: &head))
    return head
}

@Suite struct ExchangeStateMachineTests {
    typealias Machine = ExchangeStateMachine
    typealias Facts = ExchangeStateMachine.RequestFacts

    @Test func anOrdinaryExchangeKeepsBothConnections() throws {
        var machine = Machine.waiting()
        let head = try response("200 OK\r\nContent-Length: 5")
        #expect(
            machine.receivedHead(head, isDraining: false, maximumInterim: 4)
                == .relay(ResponseForwarding(framing: .length(5), connection: .silent))
        )
        #expect(
            machine.responseCompleted(upstreamKeeps: true)
                == Machine.EndAction(keepsClient: true, keepsUpstream: true)
        )
        #expect(machine.isIdle)
    }

    @Test func aRequestThatIsAnsweredHereWaitsForItsBody() {
        var machine = Machine()
        machine.began(Facts(hasBody: true))
        #expect(!machine.acceptsRequestBody)
        let isComplete = machine.collects()
        #expect(!isComplete)
        #expect(machine.acceptsRequestBody)
        #expect(machine.awaitsRequestBody)
        machine.requestCompleted()
        #expect(!machine.awaitsRequestBody)
        #expect(machine.lostUpstream(.upstreamTimedOut) == .answer(.upstreamTimedOut))
    }

    @Test func aRequestWithoutABodyIsAnsweredHereAtOnce() {
        var machine = Machine()
        machine.began(Facts())
        let isComplete = machine.collects()
        #expect(isComplete)
    }

    @Test(
        "the client's framing follows from its version",
        arguments: [
            (HTTPVersion.http11, "200 OK\r\nTransfer-Encoding: chunked", BodyFraming.chunked, true),
            (.http11, "200 OK", .chunked, true),
            (.http10, "200 OK\r\nTransfer-Encoding: chunked", .untilClose, false),
            (.http10, "200 OK", .untilClose, false),
            (.http10, "200 OK\r\nContent-Length: 1", .length(1), true),
            (.http11, "204 No Content", .none, true),
        ] as [(HTTPVersion, String, BodyFraming, Bool)]
    )
    func framing(version: HTTPVersion, text: String, framing: BodyFraming, keeps: Bool) throws {
        var machine = Machine.waiting(Facts(version: version))
        let action = machine.receivedHead(
            try response(text),
            isDraining: false,
            maximumInterim: 4
        )
        let kept: ResponseForwarding.Connection = version == .http10 ? .keepAlive : .silent
        let expected = ResponseForwarding(framing: framing, connection: keeps ? kept : .close)
        #expect(action == .relay(expected))
        #expect(machine.responseCompleted(upstreamKeeps: false).keepsClient == keeps)
    }

    @Test("an early response ends both connections")
    func earlyResponse() throws {
        var machine = Machine.waiting(Facts(hasBody: true))
        let head = try response("413 Too Large\r\nContent-Length: 0")
        #expect(
            machine.receivedHead(head, isDraining: false, maximumInterim: 4)
                == .relay(ResponseForwarding(framing: .length(0), connection: .close))
        )
        #expect(
            machine.responseCompleted(upstreamKeeps: true)
                == Machine.EndAction(keepsClient: false, keepsUpstream: false)
        )
    }

    @Test("a request that ends while its response runs leaves the upstream connection whole")
    func overlappingBodies() throws {
        var machine = Machine.waiting(Facts(hasBody: true))
        _ = machine.receivedHead(
            try response("200 OK\r\nContent-Length: 9"),
            isDraining: false,
            maximumInterim: 4
        )
        machine.requestCompleted()
        #expect(
            machine.responseCompleted(upstreamKeeps: true)
                == Machine.EndAction(keepsClient: false, keepsUpstream: true)
        )
    }

    @Test func drainingClosesAfterTheResponse() throws {
        var machine = Machine.waiting()
        let head = try response("200 OK\r\nContent-Length: 5")
        #expect(
            machine.receivedHead(head, isDraining: true, maximumInterim: 4)
                == .relay(ResponseForwarding(framing: .length(5), connection: .close))
        )
    }

    @Test func interimResponsesPassUpToALimit() throws {
        var machine = Machine.waiting()
        let interim = try response("103 Early Hints\r\nLink: x")
        for _ in 0..<3 {
            let action = machine.receivedHead(interim, isDraining: false, maximumInterim: 3)
            #expect(action == .passInterim)
        }
        #expect(
            machine.receivedHead(interim, isDraining: false, maximumInterim: 3)
                == .fail(.tooManyInterimResponses)
        )
        var old = Machine.waiting(Facts(version: .http10))
        #expect(old.receivedHead(interim, isDraining: false, maximumInterim: 3) == .dropInterim)
    }

    @Test("CVE-2026-2833: a tunnel opens only when the request is complete")
    func tunnels() throws {
        let head = try response(
            "101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket",
            asksForWebSocket: true
        )
        var machine = Machine.waiting()
        #expect(machine.receivedHead(head, isDraining: false, maximumInterim: 3) == .openTunnel)
        #expect(machine.isTunnelled)
        #expect(machine.lostUpstream(.upstreamClosed) == .closeTunnel)
        var early = Machine.waiting(Facts(hasBody: true))
        #expect(
            early.receivedHead(head, isDraining: false, maximumInterim: 3)
                == .fail(.unexpectedSwitch)
        )
    }

    @Test(
        "a lost keep-alive race is run again once, for requests that can be repeated",
        arguments: [(true, true, true), (true, false, false), (false, true, false)]
    )
    func retries(reused: Bool, repeatable: Bool, expected: Bool) {
        var machine = Machine.waiting(Facts(isRepeatable: repeatable), reused: reused)
        let first = machine.lostUpstream(.upstreamClosed)
        #expect(first == (expected ? .retry : .answer(.upstreamClosed)))
        guard expected else { return }
        machine.connected(reused: false)
        #expect(machine.lostUpstream(.upstreamClosed) == .answer(.upstreamClosed))
    }

    @Test(
        "only a closed connection is worth another try",
        arguments: [
            ExchangeFault.upstreamTimedOut, .upstreamMalformed(.fieldName), .upstreamRefused,
        ]
    )
    func noRetry(fault: ExchangeFault) {
        var machine = Machine.waiting(Facts(isRepeatable: true), reused: true)
        #expect(machine.lostUpstream(fault) == .answer(fault))
    }

    @Test func noRetryOnceSomethingWasAnswered() throws {
        var machine = Machine.waiting(Facts(isRepeatable: true), reused: true)
        _ = machine.receivedHead(
            try response("100 Continue"),
            isDraining: false,
            maximumInterim: 3
        )
        #expect(machine.lostUpstream(.upstreamClosed) == .answer(.upstreamClosed))
    }

    @Test func aCutResponseIsCut() throws {
        var machine = Machine.waiting()
        _ = machine.receivedHead(
            try response("200 OK\r\nContent-Length: 5"),
            isDraining: false,
            maximumInterim: 3
        )
        #expect(machine.hasAnswered)
        #expect(machine.lostUpstream(.upstreamClosed) == .cut)
        #expect(machine.lostUpstream(.upstreamClosed) == .nothing)
    }

    @Test(
        "an answer of our own keeps the connection when the body's end is in sight",
        arguments: [
            (Facts(), false, BodyFraming.none, false, Machine.AnswerAction.keep),
            (Facts(), true, .none, false, .close),
            (Facts(closes: true), false, .none, false, .close),
            (Facts(hasBody: true), false, .length(10), false, .discardThenKeep),
            (Facts(hasBody: true), false, .length(11), false, .close),
            (Facts(hasBody: true), false, .chunked, false, .close),
            (Facts(hasBody: true), false, .length(1), true, .close),
        ] as [(Facts, Bool, BodyFraming, Bool, Machine.AnswerAction)]
    )
    func answers(
        facts: Facts,
        closes: Bool,
        remaining: BodyFraming,
        expectsContinue: Bool,
        expected: Machine.AnswerAction
    ) {
        var machine = Machine()
        machine.began(facts)
        let action = machine.answered(
            closes: closes,
            remaining: remaining,
            expectsContinue: expectsContinue,
            discardable: 10
        )
        #expect(action == expected)
        #expect(machine.isIdle)
    }

    @Test func theBodyWaitsForTheUpstream() {
        var machine = Machine()
        #expect(!machine.acceptsRequestBody)
        machine.began(Facts(hasBody: true))
        #expect(!machine.acceptsRequestBody)
        machine.permitted()
        #expect(!machine.acceptsRequestBody)
        #expect(machine.lostUpstream(.upstreamRefused) == .answer(.upstreamRefused))
        machine.connected(reused: false)
        #expect(machine.acceptsRequestBody)
        #expect(machine.awaitsRequestBody)
        machine.requestCompleted()
        #expect(!machine.awaitsRequestBody)
    }
}
