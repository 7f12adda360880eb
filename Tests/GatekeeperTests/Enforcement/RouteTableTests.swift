import HTTPMessage
import Testing

@testable import Gatekeeper

@Suite struct RouteTableTests {
    private func table(_ routes: String) throws -> RouteTable {
        let configuration = try EnforcementFixture.configuration("routes:\n\(routes)")
        return RouteTable(routes: configuration.routes, defaultStyle: configuration.answer)
    }

    private func head(_ target: String) throws -> RequestHead {
        try #require(SampleRequest(method: "GET", target: target).head)
    }

    @Test("the first route that matches decides")
    func first() throws {
        let table = try self.table(
            """
              - {match: /api/public/**, answer: redirect}
              - {match: /api/**, answer: challenge}
              - {match: /**, answer: negotiate}
            """
        )
        #expect(table.style(for: try self.head("/api/public/x")) == .redirect)
        #expect(table.style(for: try self.head("/api/x")) == .challenge)
        #expect(table.style(for: try self.head("/x")) == .negotiate)
        #expect(table.defaultStyle == .redirect)
        #expect(RouteTable().style(for: try self.head("/x")) == nil)
    }

    @Test("the canonical path is matched, never the query")
    func canonical() throws {
        let table = try self.table("  - {match: /api/**, answer: challenge}")
        #expect(table.style(for: try self.head("/x/../%61pi/y")) == .challenge)
        #expect(table.style(for: try self.head("/x?/api/y")) == nil)
    }

    @Test(
        "an oddity of the path has to be accepted by its name, on its route",
        arguments: [
            ("/ws/a%2Fb", true), ("/ws/a;b", false), ("/ws/a//b", false), ("/ws/ab", true),
            ("/x/a%2Fb", false), ("/x/ab", true), ("/all/a%2Fb;c//d", true),
        ]
    )
    func oddities(_ target: String, _ isAccepted: Bool) throws {
        let table = try self.table(
            """
              - {match: /ws/**, accept: [encoded-slash, x-http-method-override]}
              - {match: /all/**, accept: [encoded-slash, semicolon, double-slash]}
            """
        )
        #expect(table.accepts(try self.head(target)) == isAccepted)
    }
}
