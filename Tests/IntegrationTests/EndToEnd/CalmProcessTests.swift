import Foundation
import NIOCore
import Testing

/// What the system does to the process while it serves.
@Suite(.timeLimit(.minutes(2))) struct CalmProcessTests {
    private static func setup(_ settings: String = "") throws -> GateSetup {
        var setup = try GateSetup(settings: settings)
        setup.policy = "gatekeeper 1\nadmit anyone\n"
        return setup
    }

    private static func echo(_ text: String) -> [RecordingUpstream.Reply] {
        guard RecordingUpstream.isComplete(text) else { return [] }
        let path = text.split(separator: " ")[1]
        return [.send("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")]
    }

    @Test("a full disk costs log lines, which are counted, and no request")
    func fullDisk() async throws {
        try await ServeProcess.run(try Self.setup("log: {file: /dev/full}")) { serve in
            for number in 0..<20 { #expect(try await serve.get("/\(number)").status == 200) }
            try await eventually("the lines are counted") {
                try await serve.admin("/metrics").body
                    .contains("gatekeeper_log_lines_total{result=\"dropped\"} 20\n")
            }
            let complaints = serve.process.errors.ranges(of: "cannot write the decision log")
            #expect(complaints.count == 1)
            serve.process.signal(SIGTERM)
            #expect(try await serve.process.result().status == 0)
        }
    }

    @Test("a log that stops growing and grows again holds whole lines only")
    func tornLines() async throws {
        try await ServeProcess.run(try Self.setup()) { serve in
            try await serve.process.allow(2_000, of: "fsize")
            for number in 0..<20 { #expect(try await serve.get("/\(number)").status == 200) }
            try await eventually("a line did not fit") {
                try await !serve.admin("/metrics").body
                    .contains("gatekeeper_log_lines_total{result=\"dropped\"} 0\n")
            }
            try await serve.process.allow(1 << 30, of: "fsize")
            #expect(try await serve.get("/last").status == 200)
            serve.process.signal(SIGTERM)
            #expect(try await serve.process.result().status == 0)
            let lines = try serve.folder.read("decisions.jsonl").split(separator: "\n")
            #expect(lines.count > 1 && lines.count < 21)
            for line in lines {
                #expect(line.hasPrefix("{") && line.hasSuffix("}"), "\(line)")
            }
            // Another loop's lines may have waited longer.
            #expect(lines.contains { $0.contains("\"/last\"") })
        }
    }

    @Test("a storm of SIGHUP loses and crosses no response")
    func hangUpStorm() async throws {
        var setup = try Self.setup()
        setup.upstream = { _, text in Self.echo(text) }
        try await ServeProcess.run(setup) { serve in
            let client = try await serve.client()
            for number in 0..<60 {
                if number % 2 == 0 { serve.process.signal(SIGHUP) }
                client.forget()
                try await client.send(keptGet("/\(number)"))
                try await client.receive("\r\n\r\n/\(number)")
            }
            try await serve.process.says("reloaded")
            #expect(!serve.process.errors.contains("reload refused"))
        }
    }

    @Test("SIGTERM lets an HTTP/2 stream finish")
    func drainHTTP2() async throws {
        var setup = try Self.setup()
        setup.upstream = { _, text in
            text.contains("finish") ? [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")] : []
        }
        try await ServeProcess.run(setup) { serve in
            let client = try await FrameClient.connect(to: serve.address)
            try await client.send(.headers(1, http2Post("/"), ends: false))
            try await eventually("the request is upstream") { serve.upstream.received() != "" }
            serve.process.signal(SIGTERM)
            try await eventually("the end is announced") { client.goAwayCode == 0 }
            try await client.send(.data(1, "finish"))
            #expect(try await client.finished(1).body == "ok")
            #expect(try await serve.process.result().status == 0)
            let log = try serve.folder.read("decisions.jsonl")
            #expect(log.split(separator: "\n").count == 1)
        }
    }
}
