import Testing

@testable import PolicyDSL

@Suite struct SyntaxParserTests {
    @Test(
        "clauses that the grammar allows",
        arguments: [
            "for users require aal2",
            "for anyone, visitors, guests, users, services deny",
            "for users created before 2022-12-12 deny",
            "for users created on or after 2020-01-01T00:00:00+02:00 deny",
            "for users with no verified factor deny",
            "for users with a verified totp factor deny",
            "for users with at least 2 verified phone factors deny",
            "for users with role \"a\", \"b\" with id \"c\" deny",
            "for users with claim app_metadata.role \"x\" except guests with id \"y\" deny",
            "for users with claim \"https://a.example/roles\" \"x\" deny",
            "for users with claim a.\"b c\".d_e-f \"x\", \"y\" deny",
            "for users on reads on /x on at a.example deny",
            "for users on GET, HEAD, POST /a, /b/*/c at *.example.com, localhost deny",
            "for users on any / deny",
            "for users require sign-in within 1 second",
            "for users require one of password, totp except totp within 5 minutes",
            "for users require all of password, totp",
            "for users require second-factor except sms and phishing-resistant",
            "for users require (totp and sms) or (webauthn)",
            "for users require aal2 confirmed within 2 days require totp otherwise deny",
            "for users require aal2 from 2026-01-01 until 2027-01-01T00:00:00Z",
            "for users require aal2 from 2026-01-01 grace 1 day after start",
            "for users require aal2 grace 1 day after creation mode enforce because \"why\"",
            "for users require aal2 mode monitor since 2026-01-01",
            "because \"order is free\" require aal2 for users",
        ]
    )
    func accepted(clauses: String) throws {
        _ = try sound(PolicyReading.fixture("policy for \"any name\" { \(clauses) }"))
    }

    @Test(
        "items that the grammar allows",
        arguments: [
            "pages { }",
            "pages { sign-in https://id.example.com:8443/login?x=1 }",
            "pages { step-up builtin with /a, /b/** }",
            "pages { factors http://localhost:3000/factors enroll / }",
            "define a1 = methods second-factor, password",
            "define a1 = paths a2, /x define a2 = paths /y",
            "define a1 = hosts a.example, *.b.example, localhost",
            "admit visitors to POST, PUT /a at localhost",
            "admit services to at api.example.com",
            "test \"t\" { then unauthenticated }",
            "test \"t\" { when PROPFIND /x at a.example case unknown user then allow }",
            "test \"t\" { when GET /x at 2026-01-01 then unauthenticated }",
            "test \"t\" { given service \"job\", role \"x\", claim a.b \"c\" then deny }",
            "test \"t\" { given factors totp, phone, totp 2 minutes ago, sms then allow }",
            "test \"t\" { case user created 2020-01-01, token aal1, guest then deny }",
        ]
    )
    func acceptedItems(items: String) throws {
        _ = try sound(PolicyReading.fixture(items))
    }

    @Test("after `factors`, factor words belong to it unless an age follows")
    func factors() throws {
        let reading = PolicyReading.fixture(
            "test \"t\" { given factors totp, phone, totp 2 minutes ago, sms then allow }"
        )
        let facts = try #require(reading.tests.first?.cases.first?.facts)
        #expect(facts.factors == FactorCounts(totp: 1, phone: 1))
        #expect(facts.methods == [.totp: Period(seconds: 120), .sms: nil])
    }

    @Test(
        "one root cause is one error, and the rest of the file is read",
        arguments: [
            ("policy a { for users exept guests require aal2 } admit userz", 2),
            ("policy a { fro users require aal2 }", 1),
            ("policy a { for users requir totpp }", 1),
            ("polcy a { for users require aal2 } test \"t\" { then deny because a }", 1),
            ("policy a { for users require ( totp and }", 1),
            ("policy a { for users require ((totp) }", 1),
            ("policy a { for users require totp) }", 1),
            ("policy a { for users require aal2", 1),
            ("policy a for users require aal2 }", 1),
            ("policy { for users require aal2 }", 1),
            ("policy a { for users { require aal2 } }", 2),
            ("define a = paths", 1),
            ("define m = path /x policy a { for users on m require aal2 }", 1),
            ("pages { sign-in login step-up /mfa }", 1),
            ("test \"t\" { given aal1 case aal2 then allwo }", 1),
            ("admit users, , guests", 1),
            ("policy a { for users require aal2 because \"x }", 2),
        ]
    )
    func recovery(items: String, errors: Int) {
        let reading = PolicyReading.fixture(items)
        #expect(reading.diagnostics.count == errors, "\(reading.diagnostics.map(\.message))")
        #expect(reading.policySet == nil)
    }

    @Test("brackets may nest 32 deep, and 33 are refused without a trap")
    func depth() {
        for (depth, codes) in [(32, []), (33, [DiagnosticCode.overLimit]), (100_000, [.overLimit])]
        {
            let open = String(repeating: "(", count: depth)
            let close = String(repeating: ")", count: depth)
            #expect(PolicyReading.fixture(clauses: "require \(open)totp\(close)").codes == codes)
        }
    }

    @Test("a name has at most 255 bytes")
    func nameLength() {
        let name = String(repeating: "n", count: 255)
        #expect(PolicyReading.fixture("policy \(name) { for users deny }").codes == [])
        #expect(PolicyReading.fixture("policy \(name)n { for users deny }").codes == [.overLimit])
        #expect(PolicyReading.fixture("define \(name)n = paths /x").codes == [.overLimit])
    }

    @Test("a file has at most 1 MiB")
    func fileSize() {
        let text = "gatekeeper 1\nadmit users\n#"
        let room = (1 << 20) - text.utf8.count
        let full = text + String(repeating: "x", count: room)
        #expect(PolicyReading([PolicySource(name: "a", text: full)]).codes == [])
        #expect(PolicyReading([PolicySource(name: "a", text: full + "x")]).codes == [.overLimit])
    }

    @Test("no more than 100 errors of one file are kept")
    func errorCount() {
        let reading = PolicyReading.fixture(String(repeating: "admit userz\n", count: 5_000))
        #expect(reading.diagnostics.count == 100)
    }
}
