import JSON
import NIOHTTP1
import PolicyDSL
import Testing

@testable import DemoAuthority

/// Signing up, in and out, and what the tokens say.
@Suite struct SessionTests {
    @Test func signingUpMakesAUserAndASession() throws {
        let visitor = try Visitor()
        let reply = visitor.enter(
            "/signup",
            ["email": "Zoe@Example.test", "password": "secret-1", "data": ["name": "Zoe"]]
        )
        #expect(reply.status == 200)
        #expect(reply["token_type"] == "bearer")
        #expect(reply["expires_in"] == 3600)
        #expect(reply["expires_at"] == .integer(visitor.now.seconds + 3600))
        #expect(reply["refresh_token"]?.stringValue?.count == 12)
        let user = visitor.ask(.GET, "/user")
        #expect(user["email"] == "zoe@example.test")
        #expect(user["phone"] == "")
        #expect(user["user_metadata"]?["name"] == "Zoe")
        #expect(user["app_metadata"] == ["provider": "email", "providers": ["email"]])
        #expect(user["identities"]?.arrayValue?.first?["provider"] == "email")
        #expect(user["created_at"] == "2026-10-01T12:00:00Z")
        #expect(user["is_anonymous"] == false)
        #expect(user["factors"] == nil, "left out where there are none")
    }

    @Test func theTokenHasTheClaimsOfSupabase() throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        #expect(visitor.claim("iss") == "http://127.0.0.1:54321/auth/v1")
        #expect(visitor.claim("sub") == .string(Persona.olga.id))
        #expect(visitor.claim("aud") == "authenticated")
        #expect(visitor.claim("role") == "authenticated")
        #expect(visitor.claim("aal") == "aal1")
        let proof: JSONValue = [
            "method": "password", "timestamp": .integer(visitor.now.seconds),
        ]
        #expect(visitor.claim("amr") == [proof])
        #expect(visitor.claim("is_anonymous") == false)
        #expect(visitor.claim("phone") == "")
        #expect(RandomText.isUUID(visitor.claim("session_id")?.stringValue ?? ""))
    }

    @Test(
        "what cannot be signed in with",
        arguments: [
            (["email": "olga@example.test", "password": "wrong"], "400 invalid_credentials"),
            (["email": "who@example.test", "password": "x"], "400 invalid_credentials"),
            (["password": "demo-password"], "400 validation_failed"),
            (["email": "bert@example.test", "password": "demo-password"], "400 user_banned"),
            (["email": "not an address", "password": "x"], "400 validation_failed"),
            (["email": 7, "password": "x"], "400 bad_json"),
            ("text", "400 bad_json"),
        ] as [(JSONValue, String)]
    )
    func badSignIn(body: JSONValue, refusal: String) throws {
        #expect(try Visitor().enter("/token?grant_type=password", body).refusal == refusal)
    }

    @Test(
        "what cannot be signed up with",
        arguments: [
            (["email": "olga@example.test", "password": "secret-1"], "422 user_already_exists"),
            (["email": "new@example.test", "password": "short"], "422 weak_password"),
            (["email": "new@example.test"], "400 validation_failed"),
            (["phone": "+0123", "password": "secret-1"], "400 validation_failed"),
        ] as [(JSONValue, String)]
    )
    func badSignUp(body: JSONValue, refusal: String) throws {
        #expect(try Visitor().enter("/signup", body).refusal == refusal)
    }

    @Test func aPhoneNumberIsKeptWithoutItsSign() throws {
        let visitor = try Visitor()
        visitor.enter("/signup", ["phone": "+1 555 0199", "password": "secret-1"])
        #expect(visitor.ask(.GET, "/user")["phone"] == "15550199")
        #expect(visitor.signIn(.wanda).status == 200)
    }

    @Test func anonymousUsersAreToldApart() throws {
        let visitor = try Visitor()
        visitor.enter("/signup", [:])
        #expect(visitor.claim("is_anonymous") == true)
        #expect(visitor.ask(.GET, "/user")["is_anonymous"] == true)
        #expect(visitor.enroll().refusal == "403 no_authorization")
        let switchedOff = try Visitor { $0.permitsAnonymous = false }
        #expect(switchedOff.enter("/signup", [:]).refusal == "422 anonymous_provider_disabled")
    }

    @Test func anAnonymousUserBecomesARealOneWithAnAddress() throws {
        let visitor = try Visitor()
        visitor.enter("/signup", [:])
        #expect(
            visitor.ask(.PUT, "/user", ["password": "secret-1"]).refusal == "422 validation_failed"
        )
        #expect(visitor.ask(.PUT, "/user", ["email": "now@example.test"]).status == 200)
        visitor.refreshSession()
        #expect(visitor.claim("is_anonymous") == false)
        #expect(visitor.enroll().status == 200)
    }

    @Test(
        "signing out ends sessions",
        arguments: [("global", false, false), ("local", false, true), ("others", true, false)]
    )
    func signOut(scope: String, keepsOwn: Bool, keepsOther: Bool) throws {
        let own = try Visitor()
        let other = try Visitor(own.authority)
        own.signIn(.olga)
        other.signIn(.olga)
        #expect(own.ask(.POST, "/logout?scope=\(scope)").status == 204)
        #expect((own.ask(.GET, "/user").status == 200) == keepsOwn)
        #expect((other.ask(.GET, "/user").status == 200) == keepsOther)
        #expect(other.refreshSession().code == (keepsOther ? nil : "refresh_token_not_found"))
    }

    @Test func anEndedSessionIsToldInItsOwnWord() throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        #expect(visitor.ask(.POST, "/logout").status == 204)
        #expect(visitor.ask(.GET, "/user").refusal == "403 session_not_found")
    }

    @Test func usersChangeThemselves() throws {
        let visitor = try Visitor()
        let elsewhere = try Visitor(visitor.authority)
        visitor.signIn(.olga)
        elsewhere.signIn(.olga)
        let change: JSONValue = ["password": "another-1", "data": ["theme": "dark"]]
        #expect(visitor.ask(.PUT, "/user", change)["user_metadata"]?["theme"] == "dark")
        #expect(visitor.ask(.GET, "/user").status == 200)
        #expect(elsewhere.ask(.GET, "/user").refusal == "403 session_not_found")
        #expect(visitor.signIn(.olga).refusal == "400 invalid_credentials")
    }

    @Test(
        "what users may not change",
        arguments: [
            (["password": "demo-password"], "422 same_password"),
            (["password": "short"], "422 weak_password"),
            (["email": "ada@example.test"], "422 email_exists"),
            (["phone": "15550109"], "422 phone_exists"),
            (["app_metadata": ["role": "admin"]], "403 not_admin"),
        ] as [(JSONValue, String)]
    )
    func forbiddenChange(body: JSONValue, refusal: String) throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        #expect(visitor.ask(.PUT, "/user", body).refusal == refusal)
    }

    @Test func whoHasAFactorNeedsItToChangeTheirAccess() throws {
        let visitor = try Visitor()
        visitor.signIn(.ada)
        let change: JSONValue = ["password": "another-1"]
        #expect(visitor.ask(.PUT, "/user", change).refusal == "401 insufficient_aal")
        #expect(visitor.ask(.PUT, "/user", ["data": ["theme": "dark"]]).status == 200)
    }
}
