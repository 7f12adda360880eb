import Foundation
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

    @Test("in a browser, somebody who opted in signs in, is asked for the factor, and arrives")
    func browser() async throws {
        let folder = try TemporaryFolder()
        try FreePorts.copyExamples(to: folder)
        let script = try ChildProcess.start(
            "/bin/bash",
            ["\(folder.path)/examples/quickstart/run"],
            environment: ["GATEKEEPER_BIN": Project.products]
        )
        defer { script.signal(SIGTERM) }
        try await script.says("Ctrl-C to stop")
        let place = script.output.firstMatch(of: /running at (http:\/\/127\.0\.0\.1:(\d+))/)
        let port = try #require(place.flatMap { Int($0.output.2) })
        let origin = "http://127.0.0.1:\(port)"

        var browser = Browser(port: port)
        let stranger = try await browser.go(to: "/api/items?page=2")
        let back = "return_to=%2Fapi%2Fitems%3Fpage%3D2"
        #expect(stranger["Location"] == "\(origin)/login?\(back)")
        let signedIn = try await browser.go(to: "/login", form: "persona=ada&\(back)")
        #expect(signedIn["Location"] == "/api/items?page=2")
        let asked = try await browser.go(to: "/api/items?page=2")
        #expect(asked["Location"] == "\(origin)/mfa?\(back)")
        #expect(try await browser.go(to: "/mfa?\(back)").status == 200)
        let upgraded = try await browser.go(to: "/mfa", form: back)
        #expect(upgraded["Location"] == "/api/items?page=2")
        #expect(try await browser.go(to: "/api/items?page=2").status == 200)
        #expect(try await browser.go(to: "/admin").status == 200)
        script.signal(SIGTERM)
        #expect(try await script.result().status == 0)
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
        let folder = try TemporaryFolder()
        let prepared = try await ChildProcess.run(
            "gatekeeper-demo",
            ["quickstart", "prepare", folder.file("state")]
        )
        #expect(prepared.status == 0)
        let guide = try await ChildProcess.run(
            "gatekeeper-demo",
            ["quickstart", "guide", folder.file("state"), "--url", "http://127.0.0.1:9"]
        )
        for story in [
            "long-standing user without MFA", "new user without MFA", "opted in", "second factor",
            "stale aal2", "anonymous user", "service", "ran out", "no token at all",
        ] {
            #expect(guide.output.contains(story), "\(story)")
        }
        #expect(PrintedTrial.all(in: guide.output).count >= 9)
    }
}
