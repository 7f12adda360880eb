import DemoAuthority
import Foundation
import JSON
import PolicyDSL
import Testing

/// The quickstart as somebody with a browser meets it.
@Suite(.timeLimit(.minutes(2))) struct QuickstartJourneyTests {
    private static let stepUp = "/.gatekeeper/step-up"

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

    /// A page's first form that does `action`: its hidden fields, as they would be sent.
    private static func form(_ action: String, of page: HTTPAnswer) throws -> String {
        let forms = page.body.split(separator: "<form ").dropFirst()
        let form = try #require(
            forms.first { $0.contains("name=\"action\" value=\"\(action)\"") },
            "\(page.body)"
        )
        let fields = form.matches(of: /type="hidden" name="([^"]+)" value="([^"]*)"/)
        return fields.map { "\($0.output.1)=\(FormEncoding.encode(String($0.output.2)))" }
            .joined(separator: "&")
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
            #expect(asked["Location"] == "\(origin)\(Self.stepUp)?\(back)")

            let page = try await browser.go(to: "\(Self.stepUp)?\(back)")
            #expect(page.body.contains("Paper Boats"))
            let secret = try #require(Persona.ada.factors.first?.secret)
            let code = try #require(TimeBasedCode(secret: secret)).code(at: .now)
            let answer = try Self.form("verify", of: page) + "&code=\(code)"
            let upgraded = try await browser.go(to: Self.stepUp, form: answer)
            #expect(upgraded["Location"] == "\(origin)/dashboard?page=2")
            #expect(try await browser.go(to: "/dashboard?page=2").status == 200)
            #expect(try await browser.go(to: "/admin").body.contains("aal2"))
            #expect(try await browser.go(to: "/payments", form: "to=x&amount=1").status == 200)
            #expect(try await browser.go(to: "/vault").status == 403)
            let factors = try await browser.go(to: "/.gatekeeper/factors")
            #expect(factors.body.contains("Ada&#39;s phone"))
        }
    }

    @Test("a text message arrives in the outbox")
    func textMessage() async throws {
        try await Self.run { browser, origin, authority in
            let signIn = "account=pia%40example.test&password=\(Persona.password)"
            _ = try await browser.go(to: "/login", form: signIn)
            let back = "\(Self.stepUp)?return_to=%2Fdashboard"
            let page = try await browser.go(to: back)
            let sent = try await browser.go(
                to: Self.stepUp,
                form: try Self.form("send", of: page)
            )
            let next = try #require(sent["Location"]?.dropFirst(origin.count))
            let question = try await browser.go(to: String(next))
            var phone = Browser(port: authority)
            let outbox = try await phone.go(to: "/outbox.json").json
            let code = try #require(outbox.arrayValue?.first?["code"]?.stringValue)
            let answer = try Self.form("verify", of: question) + "&code=\(code)"
            let upgraded = try await browser.go(to: Self.stepUp, form: answer)
            #expect(upgraded["Location"] == "\(origin)/dashboard")
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
