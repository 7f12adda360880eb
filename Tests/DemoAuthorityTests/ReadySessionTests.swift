import JSON
import NIOHTTP1
import PolicyDSL
import Testing

@testable import DemoAuthority

/// Sessions that are there from the start, for command lines.
@Suite struct ReadySessionTests {
    @Test(
        "each is what its name says",
        arguments: [
            ("olga", "aal1", nil), ("ada", "aal1", 1), ("ada-aal2", "aal2", 1),
            ("stan", "aal2", nil), ("pia", "aal1", 1), ("guest", "aal1", nil),
        ] as [(String, String, Int?)]
    )
    func sessions(name: String, level: String, factors: Int?) throws {
        let visitor = try Visitor()
        let session = try #require(try visitor.authority.openReadySessions(at: visitor.now)[name])
        visitor.access = session["access_token"]?.stringValue
        let user = visitor.ask(.GET, "/user")
        #expect(user.status == 200)
        #expect(visitor.claim("aal") == .string(level))
        #expect(user["factors"]?.arrayValue?.count == factors)
        #expect(session["expires_at"] == .integer(visitor.now.seconds + 86_400))
        visitor.refresh = session["refresh_token"]?.stringValue
        #expect(visitor.refreshSession().status == 200)
        let isStale = name == "stan"
        #expect(visitor.claim("aal") == .string(isStale ? "aal1" : level))
    }

    @Test func oneHasRunOut() throws {
        let visitor = try Visitor()
        let sessions = try visitor.authority.openReadySessions(at: visitor.now)
        visitor.access = sessions["expired"]?["access_token"]?.stringValue
        #expect(visitor.claim("exp") == .integer(visitor.now.seconds - 3_600))
        #expect(visitor.ask(.GET, "/user").refusal == "403 bad_jwt")
    }

    @Test func aServiceMayAdminister() throws {
        let visitor = try Visitor()
        let sessions = try visitor.authority.openReadySessions(at: visitor.now)
        visitor.access = sessions["service"]?["access_token"]?.stringValue
        #expect(visitor.ask(.GET, "/admin/users").status == 200)
        #expect(visitor.ask(.GET, "/user").refusal == "400 bad_jwt", "it has no subject")
    }

    @Test func theyCanBeOpenedAgain() throws {
        let visitor = try Visitor()
        let first = try visitor.authority.openReadySessions(at: visitor.now)
        let second = try visitor.authority.openReadySessions(at: visitor.now)
        #expect(first.keys == second.keys)
        visitor.access = second["stan"]?["access_token"]?.stringValue
        #expect(visitor.claim("aal") == "aal2")
    }
}
