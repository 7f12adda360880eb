import JSON
import Testing

@testable import MFAPages

private let factor = "0b9a3c1e-5d7f-4a21-9e30-61c2aa40f001"

@Suite struct FormFieldsTests {
    @Test func fieldsAreDecoded() throws {
        let fields = try #require(FormFields(Array("a=1+2%263&b=&c&d=%C3%A9".utf8)))
        #expect(fields["a"] == "1 2&3")
        #expect(fields["b"]?.isEmpty == true)
        #expect(fields["c"]?.isEmpty == true)
        #expect(fields["d"] == "é")
        #expect(fields["e"] == nil)
    }

    @Test(
        "what no browser sends is refused",
        arguments: [
            "a=1&a=2", "a=%", "a=%zz", "a=%ff", "=1",
            (0..<17).map { "f\($0)=1" }.joined(separator: "&"),
        ]
    )
    func refused(_ text: String) {
        #expect(FormFields(Array(text.utf8)) == nil)
    }
}

@Suite struct OneTimeCodeTests {
    @Test(
        arguments: [
            ("123456", "123456"), (" 123 456 ", "123456"), ("123-456", "123456"),
            ("١٢٣٤٥٦", "123456"), ("１２３４５６", "123456"), ("1234567890", "1234567890"),
            ("12345", nil), ("12345678901", nil), ("12345a", nil), ("", nil), ("½23456", nil),
            ("一二三四五六", nil), ("123456\u{301}", nil),
        ] as [(String, String?)]
    )
    func reading(_ typed: String, _ digits: String?) {
        #expect(OneTimeCode(typed: typed)?.digits == digits)
    }

    @Test func aCodeIsNeverWrittenOut() throws {
        let code = try #require(OneTimeCode(typed: "123456"))
        let call = try AuthCall.verify(
            #require(FactorID(factor)),
            #require(FactorID(factor)),
            code: code
        )
        #expect(!"\(call)".contains("123456"))
        #expect(!String(reflecting: call).contains("123456"))
        let enrolment = try Enrolment(
            factor: #require(FactorID(factor)),
            picture: "<svg/>",
            secret: "SECRETSECRET",
            uri: "otpauth://SECRETSECRET"
        )
        var text = ""
        dump(enrolment, to: &text)
        #expect(
            !(text + "\(enrolment)" + String(reflecting: AuthReply.enrolled(enrolment))).contains(
                "SECRET"
            )
        )
        let session = try #require(AuthSession(["access_token": "eyJ.a.b", "refresh_token": "r1"]))
        #expect(!String(reflecting: AuthReply.session(session)).contains("eyJ"))
    }
}

@Suite struct PhoneNumberTests {
    @Test(
        arguments: [
            ("+49 1512 3456789", "+4915123456789"), ("0049-1512/3456789", "+4915123456789"),
            ("+1 (555) 010-0000", "+15550100000"), ("+٤٩١٥١٢٣٤٥٦٧٨٩", "+4915123456789"),
            ("01512 3456789", nil), ("+49 (0)30 1234567", nil), ("+0123456789", nil),
            ("+123456", nil), ("+1234567890123456", nil), ("call me", nil), ("", nil),
            ("+49+1512345678", nil),
        ] as [(String, String?)]
    )
    func reading(_ typed: String, _ number: String?) {
        #expect(PhoneNumber(typed: typed)?.text == number)
    }
}

@Suite struct PageActionTests {
    private func action(_ text: String, on page: PageName) throws -> PageAction? {
        PageAction(try #require(FormFields(Array(text.utf8))), on: page)
    }

    @Test func formsAreTakenOnlyByTheirOwnPage() throws {
        #expect(
            try self.action("action=totp&name=Phone", on: .enroll) == .enrollTOTP(name: "Phone")
        )
        #expect(try self.action("action=totp", on: .stepUp) == nil)
        #expect(try self.action("action=remove&factor=\(factor)", on: .factors) == nil)
        #expect(try self.action("action=remove&factor=\(factor)", on: .remove) != nil)
        #expect(try self.action("action=verify&code=123456", on: .stepUp) == nil)
        #expect(try self.action("", on: .enroll) == nil)
        #expect(try self.action("", on: .signOut) == .signOut)
    }

    @Test(
        "an identity that would be another path is none",
        arguments: ["../user", "a/b", "", "%2e", "x?y"]
    )
    func identities(_ text: String) {
        #expect(FactorID(text) == nil)
    }

    @Test(
        "names stand on one line and are short",
        arguments: [
            ("name=%0d%0aSet-Cookie:+a=b", "Set-Cookie: a=b"), ("name=+a+", "a"),
            ("name=%E2%80%AEevil", "evil"),
            ("name=" + String(repeating: "x", count: 200), String(repeating: "x", count: 60)),
        ]
    )
    func names(_ text: String, _ name: String) throws {
        #expect(try self.action("action=totp&\(text)", on: .enroll) == .enrollTOTP(name: name))
    }

    @Test func onlyTheWholeTokenMatches() {
        let token = FormToken("abcdef")
        #expect(token.matches("abcdef"))
        for wrong in [nil, "", "abcde", "abcdefg", "abcdeg", "Abcdef"] {
            #expect(!token.matches(wrong))
        }
        #expect(!FormToken("").matches(""))
    }
}

@Suite struct PageAddressTests {
    @Test func anAddressReadsBackAsItself() throws {
        let id = try #require(FactorID(factor))
        let journey = Journey(
            returnPath: ReturnPath("/a?b=c&d"),
            demand: "POST /pay",
            errand: .remove(id)
        )
        let address = PageAddress(.stepUp, journey, factor: id, challenges: ChallengeList([id]))
        let url = address.url(returnTo: "next")
        #expect(url.hasPrefix("/.gatekeeper/step-up?next=%2Fa%3Fb%3Dc%26d&for=POST%20%2Fpay&"))
        let query = try #require(url.split(separator: "?").last)
        let fields = try #require(FormFields(Array(query.utf8)))
        #expect(Journey(fields, returnTo: "next") == journey)
        #expect(fields["factor"] == factor)
        #expect(ChallengeList(fields["challenge"]).challenges == [id])
    }

    @Test func theNewestChallengesAreKept() throws {
        let ids = try (1...5).map { try #require(FactorID("0000000\($0)")) }
        let list = ids.reduce(ChallengeList()) { $0.adding($1) }
        #expect(list.challenges == [ids[4], ids[3], ids[2]])
        #expect(ChallengeList("a/b.00000001").challenges == [ids[0]])
    }

    @Test(
        arguments: [
            ("/.gatekeeper/step-up", PageName.stepUp), ("/.gatekeeper/enroll/", .enroll),
            ("/.gatekeeper/factors/remove", .remove), ("/.gatekeeper/", nil),
            ("/.gatekeeper/unauthenticated", nil), ("/step-up", nil), ("/.gatekeeper/Enroll", nil),
        ] as [(String, PageName?)]
    )
    func paths(_ path: String, _ page: PageName?) {
        #expect(PageName(path: path) == page)
    }
}

@Suite struct AttemptLimiterTests {
    private static let allowance = AttemptLimiter<String>.Allowance(
        free: 3,
        firstWait: 10,
        longestWait: 35,
        memory: 100
    )

    @Test func eachTryBeyondTheFreeOnesDoublesTheWait() {
        var limiter = AttemptLimiter<String>()
        var now: Int64 = 1_000
        var waits: [Int64] = []
        for _ in 0..<7 {
            limiter.count("a", Self.allowance, at: now)
            let wait = limiter.wait(for: "a", Self.allowance, at: now)
            waits.append(wait)
            now += wait
        }
        #expect(waits == [0, 0, 10, 20, 35, 35, 35])
        #expect(limiter.wait(for: "b", Self.allowance, at: now) == 0)
    }

    @Test func aQuietWhileForgets() {
        var limiter = AttemptLimiter<String>()
        for _ in 0..<3 { limiter.count("a", Self.allowance, at: 0) }
        #expect(limiter.wait(for: "a", Self.allowance, at: 4) == 6)
        #expect(limiter.wait(for: "a", Self.allowance, at: 100) == 0)
        limiter.count("a", Self.allowance, at: 100)
        #expect(limiter.wait(for: "a", Self.allowance, at: 100) == 0)
    }

    @Test func aSuccessClearsAndASpareTryIsGivenBack() {
        var limiter = AttemptLimiter<String>()
        for _ in 0..<3 { limiter.count("a", Self.allowance, at: 0) }
        limiter.forgive("a")
        #expect(limiter.wait(for: "a", Self.allowance, at: 0) == 0)
        limiter.count("a", Self.allowance, at: 0)
        #expect(limiter.wait(for: "a", Self.allowance, at: 0) == 10)
        limiter.clear("a")
        #expect(limiter.wait(for: "a", Self.allowance, at: 0) == 0)
    }

    @Test("a flood of keys does not push out the one that was just tried")
    func bounded() {
        var limiter = AttemptLimiter<String>(capacity: 10)
        for index in 0..<50 {
            limiter.count("flood \(index)", Self.allowance, at: 1)
            limiter.count("a", Self.allowance, at: 2)
        }
        #expect(limiter.wait(for: "a", Self.allowance, at: 2) > 0)
    }
}
