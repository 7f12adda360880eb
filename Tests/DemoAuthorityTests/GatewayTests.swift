import JSON
import NIOHTTP1
import PolicyDSL
import Testing

@testable import DemoAuthority

/// What stands before the endpoints: API keys, tokens, shapes of refusals.
@Suite struct GatewayTests {
    @Test(
        "nobody comes in without an API key",
        arguments: [
            (nil, "No API key found in request"), ("guess", "Invalid API key"),
        ] as [(String?, String)]
    )
    func keys(key: String?, message: String) throws {
        let reply = try Visitor().ask(.GET, "/settings", key: key)
        #expect(reply.status == 401)
        #expect(reply["message"] == .string(message))
        #expect(reply.code == nil, "the gateway has a shape of its own")
    }

    @Test func aSecretKeyIsNotForBrowsers() throws {
        let visitor = try Visitor()
        let browser: HTTPHeaders = ["User-Agent": "Mozilla/5.0"]
        let key = "sb_secret_demo"
        #expect(visitor.ask(.GET, "/admin/users", key: key, headers: browser).status == 401)
        #expect(visitor.ask(.GET, "/admin/users", key: key).status == 200)
    }

    @Test(arguments: ["/.well-known/jwks.json", "/.well-known/openid-configuration", "/health"])
    func someThingsAreOpen(path: String) throws {
        #expect(try Visitor().ask(.GET, path, key: nil).status == 200)
    }

    @Test(
        "whose token is not good is refused in the word of the first check that fails",
        arguments: [
            ([:], "401 no_authorization"),
            (["Authorization": "Basic Og=="], "401 no_authorization"),
            (["Authorization": "Bearer sb_publishable_demo"], "403 bad_jwt"),
            (["Authorization": "Bearer a.b.c"], "403 bad_jwt"),
        ] as [(HTTPHeaders, String)]
    )
    func badToken(headers: HTTPHeaders, refusal: String) throws {
        #expect(try Visitor().ask(.GET, "/user", headers: headers).refusal == refusal)
    }

    @Test func anExpiredTokenIsBad() throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        visitor.wait(seconds: 3599)
        #expect(visitor.ask(.GET, "/user").status == 200)
        visitor.wait(seconds: 1)
        #expect(visitor.ask(.GET, "/user").refusal == "403 bad_jwt")
    }

    @Test func theAudienceCanBeNamed() throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        let other: HTTPHeaders = ["X-JWT-AUD": "another"]
        #expect(visitor.ask(.GET, "/user", headers: other).refusal == "400 validation_failed")
    }

    @Test func theNewShapeOfErrorsIsAskedFor() throws {
        let visitor = try Visitor()
        let old = visitor.ask(.GET, "/user")
        #expect(old["code"] == 401)
        #expect(old["error_code"] == "no_authorization")
        #expect(old["msg"] == "This endpoint requires a valid Bearer token")
        visitor.version = "2024-01-01"
        let new = visitor.ask(.GET, "/user")
        #expect(new["code"] == "no_authorization")
        #expect(new["message"] == "This endpoint requires a valid Bearer token")
        #expect(new.headers.first(name: "x-supabase-api-version") == "2024-01-01")
        #expect(new.code == "no_authorization")
    }

    @Test func unknownPathsAreNotFound() throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        for path in ["/factors", "/users", "/factors/a/b/c", "/"] {
            #expect(visitor.ask(.GET, path).status == 404, "\(path)")
        }
    }

    @Test func pagesOfOtherOriginsMayAsk() throws {
        let visitor = try Visitor()
        #expect(visitor.ask(.OPTIONS, "/user", key: nil).status == 204)
        let reply = visitor.ask(.GET, "/settings")
        #expect(reply.headers.first(name: "access-control-allow-origin") == "*")
    }

    @Test("the first address that proxies name is the client's, where it is one")
    func client() throws {
        let visitor = try Visitor()
        visitor.signIn(.ada)
        let factor = try visitor.factor()
        visitor.address = "nonsense, 203.0.113.1, 203.0.113.2"
        let challenge = try #require(visitor.challenge(factor)["id"]?.stringValue)
        visitor.address = "203.0.113.1"
        let code = try #require(TimeBasedCode(secret: Persona.ada.factors[0].secret ?? ""))
        let reply = visitor.verify(
            factor,
            challenge: challenge,
            code: code.code(at: visitor.now)
        )
        #expect(reply.status == 200)
    }
}
