import HTTPMessage
import NIOCore
import Testing

@testable import Gatekeeper

/// What made other HTTP/2 servers let requests through, or fall over.
@Suite(.timeLimit(.minutes(2))) struct HTTP2AdvisoryTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let fields: [(String, String)]
        var status = "400"
        let reason: String
    }

    static let malformedRows: [Row] = [
        Row(
            testDescription: "CVE-2026-28898: a request line in the path",
            fields: http2Get("/ HTTP/1.1\r\nHost: a\r\n\r\nGET /smuggled"),
            reason: "bad-path"
        ),
        Row(
            testDescription: "a line break in a value",
            fields: http2Get("/", ("a", "b\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a")),
            reason: "field-value"
        ),
        Row(
            testDescription: "a line break in a name",
            fields: http2Get("/", ("a: b\r\nsmuggled", "c")),
            reason: "field-name"
        ),
        Row(
            testDescription: "Transfer-Encoding",
            fields: http2Post("/smuggled", ("transfer-encoding", "chunked")),
            reason: "connection-field"
        ),
        Row(
            testDescription: "Connection",
            fields: http2Get("/smuggled", ("connection", "x-gatekeeper-class")),
            reason: "connection-field"
        ),
        Row(
            testDescription: "Upgrade: h2c",
            fields: http2Get("/smuggled", ("upgrade", "h2c")),
            reason: "connection-field"
        ),
        Row(
            testDescription: "another Host",
            fields: http2Get("/smuggled", ("host", "admin.internal")),
            reason: "bad-path"
        ),
        Row(
            testDescription: "a second path",
            fields: http2Get("/", (":path", "/smuggled")),
            reason: "pseudo-field"
        ),
        Row(
            testDescription: "CVE-2026-73547: no path",
            fields: http2Get("/smuggled").filter { $0.0 != ":path" },
            reason: "pseudo-field"
        ),
        Row(
            testDescription: "absolute form",
            fields: http2Get("http://admin.internal/smuggled"),
            reason: "bad-path"
        ),
        Row(
            testDescription: "a length without data",
            fields: http2Post("/smuggled", ("content-length", "5")),
            reason: "content-length"
        ),
        Row(
            testDescription: "CONNECT",
            fields: [(":method", "CONNECT"), (":authority", "169.254.169.254:80")],
            status: "405",
            reason: "method-not-allowed"
        ),
        Row(
            testDescription: "a climb",
            fields: http2Get("/a/../../smuggled"),
            reason: "bad-path"
        ),
    ]

    @Test(
        "what is malformed never reaches the upstream, and the connection goes on",
        arguments: malformedRows
    )
    func malformed(_ row: Row) async throws {
        try await Gate.run { gate in
            let address = try #require(gate.sidecar.addresses.first)
            let client = try await FrameClient.connect(to: address)
            try await client.send(
                .headers(1, row.fields),
                .headers(3, http2Get("/public/next"))
            )
            let answer = try await client.finished(1)
            #expect(answer.status == row.status)
            #expect(answer.body.contains("\"\(row.reason)\""), "\(answer.body)")
            #expect(try await client.finished(3).status == "200")
            #expect(!gate.forwarded.contains("smuggled"))
        }
    }

    @Test(
        "data that disagree with their length never look whole",
        arguments: [("5", "12345678"), ("9", "1234")]
    )
    func length(announced: String, sent: String) async throws {
        let proxy = try await ProxyHarness.start { _, text in [] }
        let client = try await proxy.frameClient()
        try await client.send(
            .headers(1, http2Post("/", ("content-length", announced)), ends: false)
        )
        try await eventually("the head is upstream") { proxy.upstream.received() != "" }
        try await client.send(.data(1, sent))
        let answer = try await client.finished(1)
        #expect(answer.status == "400")
        #expect(proxy.script.faultCodes == ["content-length"])
    }

    @Test("forged identity is removed in every spelling")
    func identity() async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.frameClient()
        try await client.send(
            .headers(
                1,
                http2Get(
                    "/",
                    ("x-gatekeeper-subject", "root"),
                    ("x_gatekeeper_subject", "root"),
                    ("x.gatekeeper.subject", "root"),
                    ("x-forwarded-for", "root"),
                    ("client-cert", ":root:"),
                    ("client_cert_chain", ":root:")
                )
            )
        )
        #expect(try await client.finished(1).status == "200")
        #expect(!proxy.upstream.received().contains("root"))
    }

    private static func calm() -> HTTP2Limits {
        var limits = HTTP2Limits()
        limits.maximumResets = 20
        limits.maximumControlFrames = 20
        return limits
    }

    @Test("CVE-2023-44487: rapid reset is answered with GOAWAY")
    func rapidReset() async throws {
        let proxy = try await ProxyHarness.start(http2: Self.calm()) { _, _ in [] }
        let client = try await proxy.frameClient()
        for number in 0..<30 {
            let stream = UInt32(number * 2 + 1)
            try? await client.send(.headers(stream, http2Get("/")), .reset(stream))
        }
        #expect(try await client.goodbye() == 11)
        #expect(proxy.script.dispositions.allSatisfy { $0 == .clientLeft })
    }

    @Test("CVE-2025-8671: streams that we are made to reset count as well")
    func madeToReset() async throws {
        let proxy = try await ProxyHarness.start(http2: Self.calm()) { _, _ in [] }
        let client = try await proxy.frameClient()
        for number in 0..<30 {
            let stream = UInt32(number * 2 + 1)
            try? await client.send(
                .headers(stream, http2Post("/", ("content-length", "1")), ends: false),
                .data(stream, "22")
            )
        }
        #expect(try await client.goodbye() == 11)
    }

    @Test(
        "CVE-2024-27316: CONTINUATION without end is answered with GOAWAY",
        arguments: [[0, 1, 0x61, 1, 0x62], []] as [[UInt8]]
    )
    func continuation(piece: [UInt8]) async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.frameClient()
        var first = WireFrame.headers(1, http2Get("/"))
        first.flags = 0
        try await client.send(first)
        for _ in 0..<1_000 {
            let more = WireFrame(kind: .continuation, stream: 1, payload: piece)
            guard (try? await client.send(more)) != nil else { break }
        }
        #expect(try await client.goodbye() == 11)
        #expect(proxy.upstream.connections == 0)
    }

    @Test("CVE-2026-28980: a field section without bounds is answered with GOAWAY")
    func largeSection() async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.frameClient()
        let large = (0..<7).map { ("x-\($0)", String(repeating: "a", count: 2_000)) }
        var first = WireFrame.headers(1, http2Get("/") + large)
        first.flags = 0
        var frames = first.bytes
        for _ in 0..<4 {
            let more = WireFrame(kind: .continuation, stream: 1, payload: WireFrame.section(large))
            frames += more.bytes
        }
        try await client.raw.send(frames)
        #expect(try await client.goodbye() != 0)
        #expect(proxy.upstream.connections == 0)
    }

    struct Flood: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let frame: WireFrame

        init(_ name: String, _ frame: WireFrame) {
            self.testDescription = name
            self.frame = frame
        }
    }

    static let floods = [
        Flood("CVE-2019-9512: pings", WireFrame(kind: .ping, payload: [1, 2, 3, 4, 5, 6, 7, 8])),
        Flood("CVE-2019-9515: settings", WireFrame.settings((4, 70_000))),
        Flood("CVE-2019-9515: settings without one", WireFrame.settings()),
        Flood(
            "CVE-2019-9513: priorities",
            WireFrame(kind: .priority, stream: 3, payload: [0, 0, 0, 0, 1])
        ),
        Flood("CVE-2019-9511: windows that are opened bit by bit", WireFrame.windowUpdate(0, 1)),
    ]

    @Test("CVE-2019-9516: a name without a letter ends the connection")
    func namelessField() async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.frameClient()
        try await client.send(.headers(1, http2Get("/") + [("", "x")]))
        // COMPRESSION_ERROR: NIO's decoder takes no such section.
        #expect(try await client.goodbye() == 9)
        #expect(proxy.upstream.connections == 0)
    }

    @Test("as many requests run at once as may, and the next is refused")
    func crowd() async throws {
        var limits = HTTP2Limits()
        limits.maximumStreams = 3
        let proxy = try await ProxyHarness.start(http2: limits) { _, text in
            text.contains("/slow") ? [] : RecordingUpstream.ok(0, text)
        }
        // The limit holds whether or not the client has acknowledged it.
        let client = try await proxy.frameClient()
        for stream: UInt32 in [1, 3, 5] {
            try await client.send(.headers(stream, http2Get("/slow")))
        }
        try await client.send(.headers(7, http2Get("/more")))
        #expect(try await client.finished(7).resetCode == 7)
        try await client.send(.reset(1), .headers(9, http2Get("/more")))
        #expect(try await client.finished(9).status == "200")
        try await client.close()
    }

    @Test("frames that only cost are answered with GOAWAY", arguments: floods)
    func control(flood: Flood) async throws {
        let proxy = try await ProxyHarness.start(http2: Self.calm())
        let client = try await proxy.frameClient()
        for _ in 0..<40 {
            guard (try? await client.send(flood.frame)) != nil else { break }
        }
        #expect(try await client.goodbye() == 11)
    }

    @Test(
        "windows that cannot be are answered with GOAWAY",
        arguments: zip(
            [
                WireFrame.windowUpdate(0, 0x7FFF_FFFF), WireFrame.windowUpdate(0, 0),
                WireFrame.settings((4, 0x8000_0000)),
            ],
            [UInt32(3), 1, 3]
        )
    )
    func windows(frame: WireFrame, code: UInt32) async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.frameClient()
        try await client.send(frame)
        #expect(try await client.goodbye() == code)
    }

    @Test("CVE-2019-9517: a response that nobody reads is given up")
    func unreadResponse() async throws {
        var limits = ProxyLimits()
        limits.idleTimeout = .seconds(2)
        let proxy = try await ProxyHarness.start(limits: limits)
        let client = try await proxy.frameClient(settings: .settings((4, 0)))
        try await client.send(.headers(1, http2Get("/")))
        let answer = try await client.finished(1)
        #expect(answer.status == "200" && answer.body == "")
        #expect(answer.resetCode == 8)
        #expect(try await client.goodbye() == 0)
    }

    @Test("CVE-2019-9518: empty data without end are answered with GOAWAY")
    func emptyData() async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.frameClient()
        try await client.send(.headers(1, http2Post("/"), ends: false))
        for _ in 0..<100 {
            guard (try? await client.send(.data(1, "", ends: false))) != nil else { break }
        }
        #expect(try await client.goodbye() == 11)
    }

    @Test("a garbled preface and a frame too large are no HTTP/2", arguments: [true, false])
    func garbled(isPreface: Bool) async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.client()
        if isPreface {
            try await client.send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n")
        } else {
            let frame = WireFrame(
                kind: .data,
                stream: 1,
                payload: Array(repeating: 0, count: 20_000)
            )
            try await client.send(WireFrame.preface + WireFrame.settings().bytes + frame.bytes)
        }
        try await eventually("the connection is closed") { client.hasEnded }
        #expect(proxy.upstream.connections == 0)
    }

    @Test("an idle connection is told goodbye")
    func idle() async throws {
        var limits = ProxyLimits()
        limits.idleTimeout = .milliseconds(200)
        let proxy = try await ProxyHarness.start(limits: limits)
        let client = try await proxy.frameClient()
        #expect(try await client.goodbye() == 0)
    }
}
