import Foundation
import JSON
import Testing

/// The process itself: its signals, its files, its end.
@Suite(.timeLimit(.minutes(2))) struct ServeProcessTests {
    private static let opened = "gatekeeper 1\nadmit anyone\n"
    private static let closed = "gatekeeper 1\nadmit services\n"

    private static func setup() throws -> GateSetup {
        var setup = try GateSetup()
        setup.policy = Self.opened
        return setup
    }

    @Test("SIGTERM finishes what runs, takes nothing new, and ends with status 0")
    func drain() async throws {
        var setup = try Self.setup()
        setup.upstream = { _, text in
            if text.contains("/slow") {
                return [.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha")]
            }
            return text.isEmpty ? [] : [.send("lf")]
        }
        try await ServeProcess.run(setup) { serve in
            let busy = try await serve.client()
            let idle = try await serve.client()
            try await busy.send(
                "POST /slow HTTP/1.1\r\nHost: app.example\r\nContent-Length: 1\r\n\r\n"
            )
            try await busy.receive("ha")
            serve.process.signal(SIGTERM)
            #expect(try await idle.receiveAll() == "")
            #expect(try await serve.admin("/readyz").status == 503)
            try await busy.send("x")
            #expect(try await busy.receiveAll().hasSuffix("\r\n\r\nhalf"))
            #expect(try await serve.process.result().status == 0)
        }
    }

    @Test("SIGINT ends it as well, and the log is complete")
    func interrupt() async throws {
        try await ServeProcess.run(try Self.setup()) { serve in
            for number in 1...20 { #expect(try await serve.get("/\(number)").status == 200) }
            serve.process.signal(SIGINT)
            #expect(try await serve.process.result().status == 0)
            let log = try serve.folder.read("decisions.jsonl")
            #expect(log.split(separator: "\n").count == 20)
        }
    }

    @Test("SIGHUP puts changed policies in force")
    func hangUp() async throws {
        try await ServeProcess.run(try Self.setup()) { serve in
            #expect(try await serve.get("/").status == 200)
            try serve.folder.write(Self.closed, to: "set.policy")
            serve.process.signal(SIGHUP)
            try await serve.process.says("reloaded")
            #expect(try await serve.get("/").status == 403)
        }
    }

    @Test("a changed file is noticed without a signal")
    func changedFile() async throws {
        try await ServeProcess.run(try Self.setup()) { serve in
            #expect(try await serve.get("/").status == 200)
            try serve.folder.write(Self.closed, to: "set.policy")
            try await eventually("the change is in force") {
                try await serve.get("/").status != 200
            }
        }
    }

    @Test(
        "a broken file changes nothing, is logged with its place, and counted",
        arguments: [
            ("set.policy", "gatekeeper 1\nadmit nobody\n", "set.policy:2:7"),
            ("gatekeeper.yaml", "listen: [", "gatekeeper.yaml"),
        ]
    )
    func brokenFile(name: String, text: String, place: String) async throws {
        try await ServeProcess.run(try Self.setup()) { serve in
            try serve.folder.write(text, to: name)
            serve.process.signal(SIGHUP)
            try await serve.process.says("reload refused")
            #expect(serve.process.errors.contains(place))
            #expect(try await serve.get("/").status == 200)
            let metrics = try await serve.admin("/metrics").body
            let line = metrics.split(separator: "\n").first {
                $0.hasPrefix("gatekeeper_reload_failures_total ")
            }
            #expect(line?.hasSuffix(" 0") == false)
        }
    }

    @Test("SIGHUP opens the decision log again, for whoever rotates it")
    func rotation() async throws {
        try await ServeProcess.run(try Self.setup()) { serve in
            _ = try await serve.get("/before")
            let log = serve.folder.file("decisions.jsonl")
            try await eventually("the first line is written") {
                try serve.folder.read("decisions.jsonl").contains("/before")
            }
            try FileManager.default.moveItem(atPath: log, toPath: log + ".1")
            serve.process.signal(SIGHUP)
            try await serve.process.says("reloaded")
            _ = try await serve.get("/after")
            try await eventually("the second line is in the new file") {
                try serve.folder.read("decisions.jsonl").contains("/after")
            }
            #expect(try !serve.folder.read("decisions.jsonl").contains("/before"))
        }
    }

    @Test("the log is standard output unless a file is named")
    func standardOutput() async throws {
        var setup = try Self.setup()
        setup.settings = "log: {decisions: all}"
        try await ServeProcess.run(setup) { serve in
            _ = try await serve.get("/x")
            try await serve.process.says(#""path":"/x""#)
            #expect(serve.process.output.hasPrefix(#"{"time":""#))
        }
    }

    @Test("what keeps it from starting is said, with the exit code of its kind")
    func refusals() async throws {
        let folder = try TemporaryFolder()
        let missing = try await ChildProcess.run("gatekeeper", ["serve"], in: folder.path)
        #expect(missing.status == 1 || missing.status == 3)
        #expect(missing.errors.contains("gatekeeper.yaml"))

        var broken = try Self.setup()
        broken.policy = "gatekeeper 1\n"
        let path = try broken.write(to: folder, port: 1)
        let invalid = try await ChildProcess.run("gatekeeper", ["serve", "--config", path])
        #expect(invalid.status == 3)
        #expect(invalid.errors.contains("set.policy"))
    }

    @Test("a port that is taken is said so, with status 1")
    func portTaken() async throws {
        let taken = try await RecordingUpstream.start()
        let folder = try TemporaryFolder()
        let path = try Self.setup().write(to: folder, port: 1)
        let text = try folder.read("gatekeeper.yaml")
            .replacing("listen: 127.0.0.1:0", with: "listen: 127.0.0.1:\(taken.port)")
        try folder.write(text, to: "gatekeeper.yaml")
        let result = try await ChildProcess.run("gatekeeper", ["serve", "--config", path])
        #expect(result.status == 1)
        #expect(result.errors.contains("cannot start"))
        try await taken.stop()
    }
}
