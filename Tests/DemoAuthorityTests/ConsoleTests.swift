import JSON
import NIOHTTP1
import PolicyDSL
import Testing

@testable import DemoAuthority

/// The pages beside the API.
@Suite struct ConsoleTests {
    @Test func thePhoneShowsMessagesAndCodes() throws {
        let visitor = try Visitor()
        visitor.signIn(.pia)
        #expect(visitor.challenge(try visitor.factor()).status == 200)
        let code = try #require(visitor.messages.first?["code"]?.stringValue)
        let page = visitor.ask(.GET, "//outbox", key: nil).text
        #expect(page.contains("Your code is \(code)"))
        let secret = try #require(TimeBasedCode(secret: Persona.ada.factors[0].secret ?? ""))
        #expect(page.contains(secret.code(at: visitor.now)))
    }

    @Test func namesAreText() throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        visitor.enroll("<script>alert(1)</script>")
        let page = visitor.ask(.GET, "//outbox", key: nil).text
        #expect(!page.contains("<script"))
        #expect(page.contains("&lt;script&gt;"))
    }

    @Test func anOutageCanBeHad() throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        #expect(visitor.ask(.POST, "//outage", key: nil).status == 303)
        #expect(visitor.ask(.GET, "/user").status == 503)
        #expect(visitor.ask(.GET, "//outbox", key: nil).status == 200)
        visitor.wait(seconds: 30)
        #expect(visitor.ask(.GET, "/user").status == 200)
    }

    @Test(arguments: ["//", "//outbox", "//keys", "//assets/demo.css"])
    func pages(path: String) throws {
        #expect(try Visitor().ask(.GET, path, key: nil).status == 200)
    }
}
