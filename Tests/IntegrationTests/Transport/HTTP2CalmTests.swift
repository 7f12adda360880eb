import HTTPMessage
import NIOCore
import Testing

@testable import Gatekeeper

/// What must not disturb HTTP/2: slow sides, an end in the middle, heads that are too large.
@Suite(.timeLimit(.minutes(1))) struct HTTP2CalmTests {
    @Test("a body waits for a slow upstream, and arrives whole")
    func slowUpstream() async throws {
        let size = 300_000
        let proxy = try await ProxyHarness.start { _, text in
            guard text.utf8.count(where: { $0 == 0x7E }) >= size else { return [] }
            return [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
        }
        let client = try await proxy.frameClient()
        // RFC 9113 section 6.5.3: the server's windows count once its settings are acknowledged.
        try await eventually("the server's settings are here") { !client.frames.isEmpty }
        try await client.send(
            .settingsAcknowledged,
            .headers(1, http2Post("/", ("content-length", "\(size)")), ends: false)
        )
        var sent = 0
        while sent < size {
            let count = try await value("the windows open") {
                let room = min(client.window(of: 1, initially: 128 * 1024), client.window(of: 0))
                return room > sent ? min(16_384, size - sent, room - sent) : nil
            }
            sent += count
            let piece = String(repeating: "~", count: count)
            try await client.send(.data(1, piece, ends: sent == size))
        }
        #expect(try await client.finished(1).body == "ok")
    }

    @Test("the server that stops lets requests finish and says goodbye")
    func drain() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            text.contains("finish") ? [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")] : []
        }
        let idle = try await proxy.frameClient()
        let busy = try await proxy.frameClient()
        try await busy.send(.headers(1, http2Post("/"), ends: false))
        try await eventually("the request is upstream") { proxy.upstream.received() != "" }
        try await eventually("the other is known") { !idle.frames.isEmpty }
        async let drained: Void = proxy.server.drain()
        #expect(try await idle.goodbye() == 0)
        try await busy.send(.data(1, "finish"))
        #expect(try await busy.finished(1).body == "ok")
        #expect(try await busy.goodbye() == 0)
        await drained
    }

    @Test("the last response before the end is long, its reader slow: nothing is lost")
    func drainingSlowReader() async throws {
        let size = 4 * 1024 * 1024
        let proxy = try await ProxyHarness.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return [
                .send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n"),
                .sendBytes([UInt8](repeating: 0x61, count: size)),
            ]
        }
        let client = try await proxy.frameClient(settings: .settings((4, 0x7FFF_FFFF)))
        try await client.send(.headers(1, http2Get("/")))
        try await eventually("the window is used up") { client.dataBytes == 65_535 }
        async let drained: Void = proxy.server.drain()
        try await eventually("the end is announced") { client.goAwayCode == 0 }
        try await client.send(.windowUpdate(0, UInt32(size)))
        #expect(try await client.goodbye() == 0)
        #expect(client.dataBytes == size)
        await drained
    }

    @Test("a head that is too large is answered, and the connection goes on")
    func largeHead() async throws {
        var limits = ProxyLimits()
        limits.headerBytes = 4_096
        let proxy = try await ProxyHarness.start(limits: limits)
        let client = try await proxy.frameClient()
        let fits = String(repeating: "a", count: 3_900)
        try await client.send(
            .headers(1, http2Get("/", ("x-large", fits))),
            .headers(3, http2Get("/", ("x-large", fits + fits.prefix(300)))),
            .headers(5, http2Get("/"))
        )
        #expect(try await client.finished(1).status == "200")
        let refused = try await client.finished(3)
        #expect(refused.status == "431")
        #expect(refused.body.contains("head-too-large"))
        #expect(try await client.finished(5).status == "200")
        #expect(proxy.script.faultCodes == ["head-too-large"])
    }
}
