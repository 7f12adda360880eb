import HTTPMessage
import NIOCore
import NIOPosix
import Synchronization

@testable import Gatekeeper

/// What a test's judges share: how they rule, and what they were told at the end.
final class JudgeScript: Sendable {
    typealias Rule = @Sendable (String, ExchangeTicket, any EventLoop) -> Ruling

    let rule: Rule
    let leniency: Leniency
    private let nextTicket = Atomic<UInt64>(1)
    private let records = Mutex<[ExchangeRecord]>([])
    private let faults = Mutex<[String]>([])

    init(leniency: Leniency = [], rule: @escaping Rule = JudgeScript.forwardAll) {
        self.leniency = leniency
        self.rule = rule
    }

    static let forwardAll: Rule = { _, ticket, _ in .forward(JudgeScript.permit(ticket)) }

    static func permit(_ ticket: ExchangeTicket) -> Permit {
        Permit(
            ticket: ticket,
            decision: DecisionID(high: 0, low: ticket.value),
            identity: Array("X-Gatekeeper-Class: visitor\r\n".utf8)
        )
    }

    func ticket() -> ExchangeTicket {
        ExchangeTicket(value: self.nextTicket.add(1, ordering: .relaxed).oldValue)
    }

    func finished(_ record: ExchangeRecord) {
        self.records.withLock { $0.append(record) }
    }

    func failed(_ fault: ExchangeFault) {
        self.faults.withLock { $0.append(fault.code) }
    }

    var dispositions: [Disposition] { self.records.withLock { $0.map(\.disposition) } }

    var finishedRecords: [ExchangeRecord] { self.records.withLock { $0 } }

    var faultCodes: [String] { self.faults.withLock { $0 } }
}

private final class ScriptedJudge: Judge {
    private let script: JudgeScript
    private let eventLoop: any EventLoop

    init(script: JudgeScript, eventLoop: any EventLoop) {
        self.script = script
        self.eventLoop = eventLoop
    }

    func leniency(for head: borrowing RequestHead) -> Leniency {
        self.script.leniency
    }

    func judge(
        _ head: borrowing RequestHead,
        from connection: borrowing ConnectionInfo
    ) -> Ruling {
        self.script.rule(head.text(head.path), self.script.ticket(), self.eventLoop)
    }

    func answer(
        to fault: ExchangeFault,
        under ticket: ExchangeTicket?,
        head: RequestHead?,
        from connection: borrowing ConnectionInfo
    ) -> Refusal {
        self.script.failed(fault)
        return Refusal(plain: fault, ticket: ticket ?? self.script.ticket())
    }

    func finished(_ ticket: ExchangeTicket, with record: ExchangeRecord) {
        self.script.finished(record)
    }

    func drained() {}
}

/// A proxy on a port of its own in front of a recording upstream.
struct ProxyHarness {
    let server: ProxyServer
    let upstream: RecordingUpstream
    let script: JudgeScript

    static func start(
        judging script: JudgeScript = JudgeScript(),
        limits: ProxyLimits = ProxyLimits(),
        trusting proxies: [IPNetwork] = [],
        http2: HTTP2Limits = HTTP2Limits(),
        upstream answers: @escaping RecordingUpstream.Script = RecordingUpstream.ok
    ) async throws -> ProxyHarness {
        let upstream = try await RecordingUpstream.start(script: answers)
        let server = try await Self.server(
            judging: script,
            settings: ProxySettings(
                listeners: [.tcp(host: "127.0.0.1", port: 0)],
                upstreams: [.tcp(host: "127.0.0.1", port: upstream.port)],
                trustedProxies: proxies,
                http2: http2,
                limits: limits
            )
        )
        return ProxyHarness(server: server, upstream: upstream, script: script)
    }

    static func server(
        judging script: JudgeScript,
        settings: ProxySettings,
        on group: MultiThreadedEventLoopGroup = .singleton
    ) async throws -> ProxyServer {
        try await ProxyServer.start(
            on: group,
            settings: settings
        ) { eventLoop in
            ScriptedJudge(script: script, eventLoop: eventLoop)
        }
    }

    func client() async throws -> RawClient {
        try await RawClient.connect(to: self.server.addresses[0])
    }

    func frameClient(settings: WireFrame = .settings()) async throws -> FrameClient {
        try await FrameClient.connect(to: self.server.addresses[0], settings: settings)
    }

    /// Sends `text` on a connection of its own and returns everything up to the end.
    func exchange(_ text: String) async throws -> String {
        let client = try await self.client()
        try await client.send(text)
        let received = try await client.receiveAll()
        try await client.close()
        return received
    }
}

/// A GET that asks for the connection to be closed.
func closingGet(_ target: String, _ fields: String...) -> String {
    "GET \(target) HTTP/1.1\r\nHost: app.example\r\nConnection: close\r\n"
        + fields.map { $0 + "\r\n" }.joined() + "\r\n"
}

/// A GET on a connection that is kept.
func keptGet(_ target: String, _ fields: String...) -> String {
    "GET \(target) HTTP/1.1\r\nHost: app.example\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
}
