import JSON
import NIOHTTP1
import PolicyDSL
import Testing

@testable import DemoAuthority

/// What the holder of a secret key may do.
@Suite struct AdminTests {
    private static let secret = "sb_secret_demo"
    private static let ada = "/admin/users/\(Persona.ada.id)"

    private static func ask(
        _ visitor: Visitor,
        _ method: HTTPMethod,
        _ path: String,
        _ body: JSONValue? = nil
    ) -> Reply {
        let headers: HTTPHeaders = ["Authorization": "Bearer \(Self.secret)"]
        return visitor.ask(method, path, body, key: Self.secret, headers: headers)
    }

    @Test func othersAreRefused() throws {
        let visitor = try Visitor()
        #expect(visitor.ask(.GET, Self.ada).refusal == "401 no_authorization")
        visitor.signIn(.olga)
        #expect(visitor.ask(.GET, Self.ada).refusal == "403 not_admin")
    }

    @Test("the key is enough, and may be repeated as Bearer; a user's token counts for itself")
    func bearer() throws {
        let visitor = try Visitor()
        #expect(visitor.ask(.GET, Self.ada, key: Self.secret)["id"] == .string(Persona.ada.id))
        #expect(Self.ask(visitor, .GET, Self.ada)["id"] == .string(Persona.ada.id))
        visitor.signIn(.olga)
        #expect(visitor.ask(.GET, Self.ada, key: Self.secret).refusal == "403 not_admin")
    }

    @Test(
        "what is not there",
        arguments: [
            ("/admin/users/none", "404 validation_failed"),
            ("/admin/users/0b9a3c1e-5d7f-4a21-9e30-61c2aa40f001", "404 user_not_found"),
            (
                "\(Self.ada)/factors/0b9a3c1e-5d7f-4a21-9e30-61c2aa40f001",
                "404 mfa_factor_not_found"
            ),
        ]
    )
    func missing(path: String, refusal: String) throws {
        #expect(Self.ask(try Visitor(), .DELETE, path).refusal == refusal)
    }

    @Test func usersAreListedPageByPage() throws {
        let visitor = try Visitor()
        let all = Self.ask(visitor, .GET, "/admin/users")
        #expect(all["aud"] == "authenticated")
        #expect(all["users"]?.arrayValue?.count == Persona.all.count)
        #expect(all.headers.first(name: "x-total-count") == "\(Persona.all.count)")
        let page = Self.ask(visitor, .GET, "/admin/users?page=2&per_page=4")
        #expect(page["users"]?.arrayValue?.count == 4)
        #expect(page["users"]?.arrayValue?.first == all["users"]?.arrayValue?[4])
    }

    @Test func usersAreMadeChangedAndRemoved() throws {
        let visitor = try Visitor()
        let made = Self.ask(
            visitor,
            .POST,
            "/admin/users",
            [
                "email": "new@example.test", "password": "secret-1", "email_confirm": true,
                "app_metadata": ["team": "blue"],
            ]
        )
        let id = try #require(made["id"]?.stringValue)
        #expect(made["app_metadata"]?["team"] == "blue")
        let path = "/admin/users/\(id)"
        let changed = Self.ask(visitor, .PUT, path, ["role": "editor", "phone": "15550177"])
        #expect(changed["role"] == "editor")
        visitor.enter("/token?grant_type=password", ["phone": "15550177", "password": "secret-1"])
        #expect(visitor.claim("role") == "editor")
        #expect(Self.ask(visitor, .DELETE, path).status == 200)
        #expect(visitor.ask(.GET, "/user").refusal == "403 user_not_found")
    }

    @Test(
        "what cannot be made",
        arguments: [
            (["password": "secret-1"], "400 validation_failed"),
            (["email": "ada@example.test"], "422 email_exists"),
            (["phone": "15550109"], "422 phone_exists"),
            (["email": "new@example.test", "ban_duration": "soon"], "400 validation_failed"),
        ] as [(JSONValue, String)]
    )
    func badUser(body: JSONValue, refusal: String) throws {
        #expect(Self.ask(try Visitor(), .POST, "/admin/users", body).refusal == refusal)
    }

    @Test func aBanEndsWhatIsGoingOn() throws {
        let visitor = try Visitor()
        visitor.signIn(.ada)
        #expect(Self.ask(visitor, .PUT, Self.ada, ["ban_duration": "1h30m"]).status == 200)
        #expect(visitor.ask(.GET, "/user").refusal == "403 user_banned")
        #expect(visitor.refreshSession().refusal == "400 user_banned")
        #expect(Self.ask(visitor, .PUT, Self.ada, ["ban_duration": "none"]).status == 200)
        #expect(visitor.ask(.GET, "/user").status == 200)
    }

    @Test func factorsAreSeenRenamedAndRemoved() throws {
        let visitor = try Visitor()
        try visitor.signInTwice(.ada)
        let list = Self.ask(visitor, .GET, "\(Self.ada)/factors")
        let factor = try #require(list.json.arrayValue?.first?["id"]?.stringValue)
        let path = "\(Self.ada)/factors/\(factor)"
        let renamed = Self.ask(visitor, .PUT, path, ["friendly_name": "new name"])
        #expect(renamed["friendly_name"] == "new name")
        #expect(Self.ask(visitor, .DELETE, path)["id"] == .string(factor))
        #expect(Self.ask(visitor, .GET, "\(Self.ada)/factors").json == [])
        visitor.refreshSession()
        #expect(visitor.claim("aal") == "aal1", "the sessions it was shown in fall back")
    }

    @Test(
        "durations",
        arguments: [
            ("24h", 86_400), ("1h30m", 5_400), ("5s", 5), ("", nil), ("5", nil), ("x", nil),
        ] as [(String, Int64?)]
    )
    func duration(text: String, seconds: Int64?) {
        #expect(Exchange.seconds(text) == seconds)
    }
}
