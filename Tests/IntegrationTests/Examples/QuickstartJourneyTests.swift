import DemoAuthority
import Foundation
import JSON
import PolicyDSL
import Testing

/// The quickstart as somebody with a browser meets it.
@Suite(.timeLimit(.minutes(2))) struct QuickstartJourneyTests {
    private static func run(
        _ body: (inout Browser, _ origin: String, _ authority: Int) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        try FreePorts.copyExamples(to: folder)
        let script = try ChildProcess.start(
            "/bin/bash",
            ["\(folder.path)/examples/quickstart/run"],
            environment: ["GATEKEEPER_BIN": Project.products]
        )
        defer { script.signal(SIGTERM) }
        try await script.says("Ctrl-C to stop")
        let port = try Self.port(in: script.output, after: "running at")
        let authority = try Self.port(in: script.output, after: "authority listens at")
        var browser = Browser(port: port)
        try await body(&browser, "http://127.0.0.1:\(port)", authority)
        script.signal(SIGTERM)
        #expect(try await script.result().status == 0)
    }

    private static func port(in output: String, after words: String) throws -> Int {
        let rest = try #require(output.split(separator: words, maxSplits: 1).last)
        let place = try #require(rest.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)/))
        return try #require(Int(place.output.1))
    }

    /// The value of a hidden field of a page.
    private static func field(_ name: String, of page: HTTPAnswer) throws -> String {
        let start = "name=\"\(name)\" value=\""
        let rest = try #require(page.body.split(separator: start, maxSplits: 1).last)
        return String(rest.prefix { $0 != "\"" })
    }

    @Test("somebody who opted in signs in, is asked for the code, and arrives")
    func optedIn() async throws {
        try await Self.run { browser, origin, _ in
            let back = "return_to=%2Fdashboard%3Fpage%3D2"
            let stranger = try await browser.go(to: "/dashboard?page=2")
            #expect(stranger["Location"] == "\(origin)/login?\(back)")
            let form = "account=ada%40example.test&password=\(Persona.password)&\(back)"
            let signedIn = try await browser.go(to: "/login", form: form)
            #expect(signedIn["Location"] == "/dashboard?page=2")
            let asked = try await browser.go(to: "/dashboard?page=2")
            #expect(asked["Location"] == "\(origin)/mfa?\(back)")

            let page = try await browser.go(to: "/mfa?\(back)")
            let factor = try Self.field("factor", of: page)
            let question = try await browser.go(to: "/mfa", form: "factor=\(factor)&\(back)")
            let challenge = try Self.field("challenge", of: question)
            let secret = try #require(Persona.ada.factors.first?.secret)
            let code = try #require(TimeBasedCode(secret: secret)).code(at: .now)
            let answer = "factor=\(factor)&challenge=\(challenge)&code=\(code)&\(back)"
            let upgraded = try await browser.go(to: "/mfa", form: answer)
            #expect(upgraded["Location"] == "/dashboard?page=2")
            #expect(try await browser.go(to: "/dashboard?page=2").status == 200)
            #expect(try await browser.go(to: "/admin").body.contains("aal2"))
            #expect(try await browser.go(to: "/payments", form: "to=x&amount=1").status == 200)
            #expect(try await browser.go(to: "/vault").status == 403)
        }
    }

    @Test("a text message arrives in the outbox")
    func textMessage() async throws {
        try await Self.run { browser, _, authority in
            let form = "account=pia%40example.test&password=\(Persona.password)"
            _ = try await browser.go(to: "/login", form: form)
            let factor = try Self.field("factor", of: try await browser.go(to: "/mfa"))
            let question = try await browser.go(to: "/mfa", form: "factor=\(factor)")
            let challenge = try Self.field("challenge", of: question)
            var phone = Browser(port: authority)
            let outbox = try await phone.go(to: "/outbox.json").json
            let code = try #require(outbox.arrayValue?.first?["code"]?.stringValue)
            let answer = "factor=\(factor)&challenge=\(challenge)&code=\(code)"
            #expect(try await browser.go(to: "/mfa", form: answer)["Location"] == "/dashboard")
            #expect(try await browser.go(to: "/dashboard").status == 200)
        }
    }

    @Test("guests look around, and signing out ends the session")
    func guest() async throws {
        try await Self.run { browser, _, _ in
            _ = try await browser.go(to: "/login/guest", form: "")
            #expect(try await browser.go(to: "/catalog").status == 200)
            #expect(try await browser.go(to: "/dashboard").status == 302)
            #expect(try await browser.go(to: "/logout", form: "")["Location"] == "/")
            #expect(try await browser.go(to: "/catalog").status == 302)
        }
    }

    @Test("the pages say what there is to try, and where the wrong password was")
    func pages() async throws {
        try await Self.run { browser, _, _ in
            let front = try await browser.go(to: "/")
            for persona in Persona.all where persona.email != nil {
                #expect(front.body.contains("Sign in as \(persona.name)"))
            }
            let wrong = try await browser.go(to: "/login", form: "account=a%40b&password=c")
            #expect(wrong.status == 400)
            #expect(wrong.body.contains("Invalid login credentials"))
            #expect(try await browser.go(to: "/assets/demo.css").status == 200)
            #expect(try await browser.go(to: "/assets/items.js").status == 200)
        }
    }
}
