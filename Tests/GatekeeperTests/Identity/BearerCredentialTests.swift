import Testing

@testable import Gatekeeper

@Suite struct BearerCredentialTests {
    @Test(
        "one Bearer token is a credential; another scheme is the application's",
        arguments: [
            ("Bearer abc", "token abc"), ("bearer abc", "token abc"), ("BEARER abc", "token abc"),
            ("Bearer  abc", "token abc"), ("Bearer\tabc", "token abc"),
            ("Bearer abc ", "token abc"),
            ("Bearer", "token "), ("Bearer ", "token "),
            ("Bearer abc def", "ambiguous"), ("Bearer abc, Bearer def", "ambiguous"),
            ("Bearer abc\tdef", "ambiguous"), ("Bearer Basic abc", "ambiguous"),
            ("Basic abc", "other"), ("Bearerabc", "other"), ("Bear abc", "other"),
            ("DPoP abc", "other"), ("eyJhbGciOi.x.y", "other"), ("Basic a, Bearer b", "other"),
            ("\"Bearer\" abc", "other"),
        ]
    )
    func field(_ value: String, _ expected: String) throws {
        let head = try IdentityFixture.head("Authorization: \(value)")
        #expect(BearerCredential(head).summary == expected)
    }

    @Test(
        "where applications take a token without a scheme, so do we",
        arguments: [
            ("eyJhbGciOi.x.y", "token eyJhbGciOi.x.y"), ("Bearer a.b.c", "token a.b.c"),
            ("Bearer a.b.c d", "ambiguous"), ("Basic YTpi", "other"), ("Negotiate", "other"),
            ("a.b.c d", "other"), ("a.b", "other"), ("a.b.c.d", "other"), ("..", "token .."),
        ]
    )
    func bare(_ value: String, _ expected: String) throws {
        let head = try IdentityFixture.head("Authorization: \(value)")
        #expect(BearerCredential(head, acceptsBareTokens: true).summary == expected)
    }

    @Test("no field is no credential, an empty one is no Bearer's")
    func absent() throws {
        #expect(BearerCredential(try IdentityFixture.head()) == .absent)
        #expect(BearerCredential(try IdentityFixture.head("Authorization:")) == .otherScheme)
    }

    @Test(
        "more than one field is ambiguous, whatever they hold",
        arguments: [
            ["Authorization: Bearer a", "Authorization: Bearer a"],
            ["Authorization: Basic a", "Authorization: Bearer b"],
            ["authorization: Bearer a", "AUTHORIZATION: Basic b"],
        ]
    )
    func several(_ fields: [String]) throws {
        let head = try IdentityFixture.head(fields)
        #expect(BearerCredential(head) == .ambiguous)
    }
}

extension BearerCredential {
    fileprivate var summary: String {
        switch self {
        case .absent: "absent"
        case .otherScheme: "other"
        case .ambiguous: "ambiguous"
        case .token(let token): "token \(String(decoding: token, as: UTF8.self))"
        }
    }
}
