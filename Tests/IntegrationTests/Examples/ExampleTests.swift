import Foundation
import NIOCore
import Testing

/// Every deployment in `examples/` runs, and every line that it prints does what it says.
@Suite(.timeLimit(.minutes(2))) struct ExampleTests {
    @Test(arguments: ["quickstart", "static-keys", "supabase", "clerk", "oidc", "per-route"])
    func example(name: String) async throws {
        let folder = try TemporaryFolder()
        try FreePorts.copyExamples(to: folder)
        let script = try ChildProcess.start(
            "/bin/bash",
            ["\(folder.path)/examples/\(name)/run"],
            environment: ["GATEKEEPER_BIN": Project.products]
        )
        defer { script.signal(SIGTERM) }
        try await script.says("Ctrl-C to stop")
        let trials = PrintedTrial.all(in: script.output)
        #expect(trials.count >= 3)
        for trial in trials {
            let answer = try await trial.run()
            #expect(answer.status == trial.status, "\(trial.command)")
            if let page = trial.page {
                #expect(answer["Location"]?.contains("\(page)?return_to=") == true)
            }
            for promise in trial.promises {
                #expect(answer.text.contains(promise), "\(trial.command)")
            }
        }
        script.signal(SIGTERM)
        #expect(try await script.result().status == 0)
    }

    @Test("Ctrl-C ends everything")
    func interrupt() async throws {
        let folder = try TemporaryFolder()
        let ports = try FreePorts.copyExamples(to: folder)
        let script = try ChildProcess.start(
            "/bin/bash",
            ["\(folder.path)/examples/quickstart/run"],
            environment: ["GATEKEEPER_BIN": Project.products]
        )
        defer { script.signal(SIGTERM) }
        try await script.says("Ctrl-C to stop")
        #expect(await Self.listening(on: ports).count == 4)
        script.signal(SIGINT)
        #expect(try await script.result().status == 0)
        #expect(await Self.listening(on: ports).isEmpty)
    }

    private static func listening(on ports: [Int]) async -> [Int] {
        var open: [Int] = []
        for port in ports {
            let address = try? SocketAddress(ipAddress: "127.0.0.1", port: port)
            guard let address, let client = try? await RawClient.connect(to: address) else {
                continue
            }
            open.append(port)
            try? await client.close()
        }
        return open
    }

    @Test("no example is left out")
    func complete() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Project.file("examples"))
            .filter { FileManager.default.fileExists(atPath: Project.file("examples/\($0)/run")) }
        #expect(
            Set(names) == ["quickstart", "static-keys", "supabase", "clerk", "oidc", "per-route"]
        )
    }

    @Test("the policies of every example pass their own tests")
    func policies() async throws {
        for path in [
            "quickstart/quickstart.policy", "static-keys/api.policy", "supabase/supabase.policy",
            "clerk/clerk.policy", "oidc/oidc.policy", "per-route/policies",
        ] {
            let file = Project.file("examples/\(path)")
            let result = try await ChildProcess.run("gatekeeper", ["test", file])
            #expect(result.status == 0, "\(result.errors)")
        }
    }

    @Test("the quickstart has a persona for every way through it")
    func personas() async throws {
        let guide = try await ChildProcess.run("gatekeeper-demo", ["guide", "state"])
        for story in [
            "long-standing user without MFA", "new user without MFA", "opted in", "second factor",
            "text message", "stale aal2", "anonymous user", "service", "ran out", "no token at all",
        ] {
            #expect(guide.output.contains(story), "\(story)")
        }
        #expect(PrintedTrial.all(in: guide.output).count >= 10)
    }
}
