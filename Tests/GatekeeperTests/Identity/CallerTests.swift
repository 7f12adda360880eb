import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct CallerTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let claims: String
        let subjectClass: SubjectClass
        var isUpgradable = true

        var testDescription: String { self.claims }
    }

    @Test(
        "every token is of exactly one class",
        arguments: [
            Row(claims: #"{"sub":"a"}"#, subjectClass: .user),
            Row(claims: #"{"sub":"a","role":"authenticated"}"#, subjectClass: .user),
            Row(claims: #"{"sub":"a","is_anonymous":false}"#, subjectClass: .user),
            Row(claims: #"{"sub":"a","is_anonymous":true}"#, subjectClass: .guest),
            Row(
                claims: #"{"sub":"a","role":"anon","is_anonymous":true}"#,
                subjectClass: .visitor,
                isUpgradable: true
            ),
            Row(claims: #"{"role":"anon"}"#, subjectClass: .visitor),
            Row(claims: #"{"role":"anon","is_anonymous":"x"}"#, subjectClass: .visitor),
            Row(claims: #"{"role":"service_role"}"#, subjectClass: .service, isUpgradable: false),
            Row(
                claims: #"{"sub":"a","role":"service_role"}"#,
                subjectClass: .service,
                isUpgradable: false
            ),
            Row(claims: #"{"sub":"a","role":"SERVICE_ROLE"}"#, subjectClass: .user),
            Row(claims: #"{"sub":"a","role":["service_role"]}"#, subjectClass: .user),
            Row(claims: #"{"sub":"a","client_id":"c"}"#, subjectClass: .user, isUpgradable: false),
            Row(claims: #"{"role":"authenticated"}"#, subjectClass: .user, isUpgradable: false),
        ]
    )
    func classes(_ row: Row) throws {
        let caller = try IdentityFixture.caller(row.claims)
        #expect(caller.principal.subjectClass == row.subjectClass)
        #expect(caller.principal.canBeUpgraded == row.isUpgradable)
        if row.subjectClass == .visitor { #expect(caller == .visitor) }
    }

    @Test(
        "is_anonymous that is no boolean refuses the token",
        arguments: ["\"true\"", "1", "0", "null", "{}", "[]"]
    )
    func anonymousMarker(_ value: String) throws {
        let claims = #"{"sub":"a","is_anonymous":\#(value)}"#
        #expect(try IdentityFixture.refusal(claims) == "claims-invalid")
    }

    @Test(
        "aal: absent is aal1, anything but aal1 and aal2 refuses the token",
        arguments: [
            (#"{"sub":"a"}"#, "aal1"), (#"{"sub":"a","aal":"aal1"}"#, "aal1"),
            (#"{"sub":"a","aal":"aal2"}"#, "aal2"),
        ]
            + ["\"AAL2\"", "\"aal3\"", "\"\"", "2", "null", "true", "[\"aal2\"]", "\"aal2 \""].map {
                (#"{"sub":"a","aal":\#($0)}"#, "aal-unrecognized")
            }
    )
    func level(_ claims: String, _ expected: String) throws {
        if let refusal = try IdentityFixture.refusal(claims) {
            #expect(refusal == expected)
        } else {
            #expect(try IdentityFixture.caller(claims).principal.assurance.word == expected)
        }
    }

    @Test("aal and amr are independent: a claimed aal2 needs no entry, an entry lifts no aal1")
    func levelIsTheClaim() throws {
        let claimed = try IdentityFixture.caller(#"{"sub":"a","aal":"aal2"}"#).principal
        #expect(claimed.assurance == .aal2)
        #expect(!claimed.hasMethodEntries)
        let proven = try IdentityFixture.caller(#"{"sub":"a","aal":"aal1","amr":["totp"]}"#)
        #expect(proven.principal.assurance == .aal1)
        #expect(proven.principal.hasMethodEntries)
        #expect(!proven.principal.hasTimedEntries)
    }

    @Test("iat is never the sign-in time")
    func refresh() throws {
        let claims = #"{"sub":"a","iat":1790000000,"amr":["password"]}"#
        #expect(try IdentityFixture.caller(claims).principal.signInAt == nil)
    }

    @Test(
        "a subject or session that cannot travel in a header refuses the token",
        arguments: [
            ("a", true), (String(repeating: "x", count: 255), true), ("!~", true),
            (String(repeating: "x", count: 256), false), ("", false), ("a b", false),
            ("a\\r\\nX-Gatekeeper-AAL: aal2", false), ("\\u007f", false),
            ("ä", false), ("\\t", false),
        ]
    )
    func identifiers(_ value: String, _ isGood: Bool) throws {
        let expected: String? = isGood ? nil : "claims-invalid"
        #expect(try IdentityFixture.refusal(#"{"sub":"\#(value)"}"#) == expected)
        let session = #"{"sub":"a","session_id":"\#(value)"}"#
        #expect(try IdentityFixture.refusal(session) == expected)
        let other = #"{"sub":"a","sid":"\#(value)"}"#
        #expect(try IdentityFixture.refusal(other, .clerk()) == expected)
    }

    @Test("a session that is no string refuses the token")
    func oddSession() throws {
        #expect(try IdentityFixture.refusal(#"{"sub":"a","session_id":7}"#) == "claims-invalid")
        #expect(try IdentityFixture.refusal(#"{"sub":"a","session_id":null}"#) == "claims-invalid")
    }

    @Test("role and id match strings only, claims strings and arrays of strings")
    func filters() throws {
        let paths = [
            ClaimPath(["app_metadata", "role"]), ClaimPath(["groups"]), ClaimPath(["number"]),
            ClaimPath(["missing", "deep"]), ClaimPath(["https://x/y"]),
        ]
        let caller = try IdentityFixture.caller(
            #"{"sub":"a","role":["x"],"app_metadata":{"role":"admin"},"groups":["a",1,"b"],"#
                + #""number":1,"missing":"text","https://x/y":"z"}"#,
            paths: paths
        )
        #expect(caller.principal.role == nil)
        #expect(caller.principal.id == "a")
        let expected = [paths[0]: ["admin"], paths[1]: ["a", "b"], paths[4]: ["z"]]
        #expect(caller.principal.claims == expected)
    }

    @Test("issuer, subject and session are the token's own")
    func identity() throws {
        let caller = try IdentityFixture.caller(
            #"{"iss":"https://i","sub":"a","session_id":"s","sid":"other"}"#
        )
        #expect(caller.issuer == "https://i")
        #expect(caller.subject == "a")
        #expect(caller.session == "s")
    }

    @Test("every rejection has its word")
    func words() {
        #expect(CallerRejection.assuranceUnrecognized.code == "aal-unrecognized")
        #expect(CallerRejection.claimsInvalid(claim: "sub").code == "claims-invalid")
        #expect(CallerRejection.sessionPending.code == "session-pending")
    }
}
