import JSON
import Testing

@testable import MFAPages

/// Runs a flow against a script of answers, and writes down what it asks for.
struct FlowRun {
    private(set) var asked: [String] = []
    private(set) var end = "no end"
    private(set) var content: PageContent?

    init(_ flow: some PageFlow, _ events: [PageEvent]) {
        var flow = flow
        var events = events[...]
        var step = flow.begin()
        while true {
            switch step {
            case .ask(let call): self.asked.append("\(call.method.rawValue) \(call.path)")
            case .adopt: self.asked.append("adopt")
            case .show(let content, let status):
                self.content = content
                self.end = "show \(status)"
                return
            case .leave(.target(let path)):
                self.end = "back to \(path?.text ?? "-")"
                return
            case .leave(.page(let address)):
                self.end = address.url(returnTo: "return_to")
                return
            case .leave(let destination):
                self.end = "\(destination)"
                return
            }
            guard let event = events.popFirst() else { return }
            step = flow.received(event)
        }
    }

    var notice: TextKey? {
        switch self.content {
        case .challenge(let content), .confirmPhone(let content): content.notice?.key
        case .enroll(let content): content.notice?.key
        case .setup(let content): content.notice?.key
        case .factors(let content): content.notice?.key
        case .remove(let content): content.notice?.key
        case .message(let content): content.sentence
        case nil: nil
        }
    }
}

enum Flows {
    static func id(_ number: Int) throws -> FactorID {
        try #require(FactorID("00000000-\(number)"))
    }

    static func factor(
        _ number: Int,
        _ kind: FactorKind?,
        verified: Bool = true,
        name: String = ""
    ) throws -> AuthFactor {
        AuthFactor(id: try Self.id(number), kind: kind, name: name, isVerified: verified)
    }

    static func user(
        _ factors: [AuthFactor],
        email: String = "a@b.c",
        guest: Bool = false
    ) -> AuthUser {
        AuthUser(id: "u", email: email, isAnonymous: guest, factors: factors)
    }

    static func context(
        aal2: Bool = false,
        errand: Errand = .none,
        wait: Int64? = nil,
        stale: Bool = false,
        offered: [FactorKind] = [.totp, .phone]
    ) -> PageContext {
        PageContext(
            journey: Journey(returnPath: ReturnPath("/x?y=1"), errand: errand),
            isAAL2: aal2,
            offered: offered,
            issuerName: "Acme",
            wait: wait,
            isFormStale: stale,
            texts: TextTable(.english, name: "Acme")
        )
    }

    static func problem(_ code: String, _ status: Int = 422) -> PageEvent {
        .reply(.problem(AuthProblem(status: status, code: code)))
    }

    static func session() throws -> PageEvent {
        .reply(.session(try #require(AuthSession(["access_token": "t"]))))
    }

    static let code = OneTimeCode(typed: "123456")
    static let anyFactor = Standing.stepUp(FactorDemand())
}

@Suite struct StepUpFlowTests {
    private func run(_ events: [PageEvent]) -> FlowRun { self.run(.show, events) }

    private func run(_ action: PageAction, _ events: [PageEvent]) -> FlowRun {
        self.run(action, Flows.context(), events)
    }

    private func run(
        _ action: PageAction,
        _ context: PageContext,
        _ events: [PageEvent],
        factor: FactorID? = nil
    ) -> FlowRun {
        let address = PageAddress(.stepUp, context.journey, factor: factor)
        return FlowRun(StepUpFlow(context, address: address, action: action), events)
    }

    private func factors(_ run: FlowRun) -> [FactorKind?] {
        guard case .challenge(let content) = run.content else { return [] }
        return [content.factor.kind] + content.others.map(\.kind)
    }

    @Test("apps come before phones, and what the policy can use before both")
    func order() throws {
        let user = Flows.user([try Flows.factor(1, .phone), try Flows.factor(2, .totp)])
        let plain = self.run([.user(user, Flows.anyFactor)])
        #expect(self.factors(plain) == [.totp, .phone])
        let phone = FactorDemand(kinds: [.phone])
        #expect(self.factors(self.run([.user(user, .stepUp(phone))])) == [.phone, .totp])
        var named = phone
        named.namesKinds = true
        #expect(self.factors(self.run([.user(user, .stepUp(named))])) == [.phone])
        let chosen = self.run(
            .show,
            Flows.context(),
            [.user(user, Flows.anyFactor)],
            factor: try Flows.id(1)
        )
        #expect(self.factors(chosen) == [.phone, .totp])
    }

    @Test("the right code of an app leads back to where the user wanted to go")
    func verify() throws {
        let run = self.run(
            .verify(try Flows.id(2), Flows.code, ChallengeList()),
            [.reply(.challenged(try Flows.id(9))), try Flows.session(), .adopted]
        )
        #expect(
            run.asked == [
                "POST factors/00000000-2/challenge", "POST factors/00000000-2/verify", "adopt",
            ]
        )
        #expect(run.end == "back to /x?y=1")
    }

    @Test("an earlier code of a phone is tried after the newest")
    func earlierCodes() throws {
        let list = ChallengeList([try Flows.id(9), try Flows.id(8)])
        let wrong = Flows.problem("mfa_verification_failed")
        let verify = PageAction.verify(try Flows.id(1), Flows.code, list)
        let right = self.run(verify, [wrong, try Flows.session(), .adopted])
        #expect(right.end == "back to /x?y=1")
        #expect(right.asked.count == 3)
        let user = Flows.user([try Flows.factor(1, .phone)])
        let expired = Flows.problem("mfa_challenge_expired")
        let neither = self.run(verify, [wrong, expired, .user(user, Flows.anyFactor)])
        #expect(neither.notice == .wrongCode)
        guard case .challenge(let content) = neither.content else {
            Issue.record("no challenge")
            return
        }
        #expect(content.challenges == list)
    }

    @Test(
        "what goes wrong is said above the form",
        arguments: [
            ("mfa_verification_failed", 422, TextKey.wrongCode, 422),
            ("mfa_challenge_expired", 422, .codeExpired, 422),
            ("mfa_ip_address_mismatch", 422, .challengeGone, 422),
            ("otp_expired", 403, .codeExpired, 422),
            ("mfa_factor_not_found", 404, .factorGone, 422),
            ("over_request_rate_limit", 429, .tooManyRequests, 429),
            ("mfa_totp_verify_not_enabled", 422, .stuckSwitchedOff, 403),
            ("unexpected_failure", 500, .unknownProblem, 503),
            ("brand_new", 400, .unknownProblem, 503),
        ]
    )
    func problems(code: String, status: Int, sentence: TextKey, page: Int) throws {
        let user = Flows.user([try Flows.factor(1, .totp)])
        let run = self.run(
            .verify(try Flows.id(1), Flows.code, ChallengeList([try Flows.id(9)])),
            [Flows.problem(code, status), .user(user, Flows.anyFactor)]
        )
        #expect(run.notice == sentence)
        #expect(run.end == "show \(page)")
    }

    @Test(
        "a session that is over ends here",
        arguments: ["session_not_found", "bad_jwt", "user_not_found", "no_authorization"]
    )
    func ended(code: String) throws {
        #expect(self.run([Flows.problem(code, 403)]).end == "sessionOver")
    }

    @Test(
        "rejected attempts and banned users are told, not sent in circles",
        arguments: [("mfa_verification_rejected", TextKey.rejected), ("user_banned", .banned)]
    )
    func final(code: String, sentence: TextKey) throws {
        let run = self.run(
            .verify(try Flows.id(1), Flows.code, ChallengeList([try Flows.id(9)])),
            [Flows.problem(code, 403)]
        )
        #expect(run.notice == sentence)
        #expect(run.end == "show 403")
    }

    @Test func aMistypedCodeIsNotEvenSent() throws {
        let user = Flows.user([try Flows.factor(1, .totp)])
        let run = self.run(
            .verify(try Flows.id(1), nil, ChallengeList()),
            [.user(user, Flows.anyFactor)]
        )
        #expect(run.asked == ["GET user"])
        #expect(run.notice == .codeMalformed)
    }

    @Test(
        "neither a stale form nor an attempt too many does anything",
        arguments: [
            (Flows.context(stale: true), TextKey.formStale, "show 403"),
            (Flows.context(wait: 30), .tooManyAttempts, "show 429"),
        ]
    )
    func refused(context: PageContext, sentence: TextKey, end: String) throws {
        let user = Flows.user([try Flows.factor(1, .totp)])
        for action in [
            PageAction.verify(try Flows.id(1), Flows.code, ChallengeList()),
            .send(try Flows.id(1), .sms, ChallengeList()),
        ] {
            let run = self.run(action, context, [.user(user, Flows.anyFactor)])
            #expect(run.asked == ["GET user"])
            #expect(run.notice == sentence)
            #expect(run.end == end)
        }
    }

    @Test("a code is sent once, and the page it leads to can be loaded again")
    func send() throws {
        let run = self.run(
            .send(try Flows.id(1), .sms, ChallengeList([try Flows.id(8)])),
            [.reply(.challenged(try Flows.id(9)))]
        )
        #expect(
            run.end
                == "/.gatekeeper/step-up?return_to=%2Fx%3Fy%3D1&factor=00000000-1&challenge=00000000-9.00000000-8"
        )
    }

    @Test func whoHasProvedItAlreadyGoesOn() throws {
        let user = Flows.user([try Flows.factor(1, .totp)])
        let done = self.run(.show, Flows.context(aal2: true), [.user(user, .satisfied)])
        #expect(done.end == "back to /x?y=1")
        // The app may send users here for reasons of its own.
        #expect(self.run([.user(user, .satisfied)]).end == "show 200")
    }

    @Test(
        "dead ends say so",
        arguments: [
            (Flows.user([], guest: true), Flows.anyFactor, TextKey.stuckAnonymous),
            (Flows.user([]), .denied, .stuckDenied),
            (Flows.user([]), .unavailable, .unavailable),
            (Flows.user([]), .satisfied, .noFactorText),
        ]
    )
    func deadEnds(user: AuthUser, standing: Standing, sentence: TextKey) {
        #expect(self.run([.user(user, standing)]).notice == sentence)
    }

    @Test func aSecurityKeyAloneCannotBeUsedHere() throws {
        let user = Flows.user([try Flows.factor(1, .webauthn)])
        #expect(self.run([.user(user, Flows.anyFactor)]).notice == .stuckUnsupported)
    }

    @Test func otherRemediesAreOnOtherPages() throws {
        let user = Flows.user([])
        let enroll = self.run([.user(user, .enroll(FactorDemand()))])
        #expect(enroll.end == "/.gatekeeper/enroll?return_to=%2Fx%3Fy%3D1")
        #expect(self.run([.user(user, .reauthenticate)]).end == "signIn")
    }

    @Test(
        "errands are run after the proof",
        arguments: [
            (Errand.enroll, "/.gatekeeper/enroll?return_to=%2Fx%3Fy%3D1"),
            (.factors, "/.gatekeeper/factors?return_to=%2Fx%3Fy%3D1"),
        ]
    )
    func errands(errand: Errand, end: String) throws {
        let user = Flows.user([try Flows.factor(1, .totp)])
        let context = Flows.context(aal2: true, errand: errand)
        #expect(self.run(.show, context, [.user(user, .satisfied)]).end == end)
    }
}

@Suite struct EnrollFlowTests {
    private func run(_ events: [PageEvent]) -> FlowRun { self.run(.show, events) }

    private func run(_ action: PageAction, _ events: [PageEvent]) -> FlowRun {
        self.run(action, Flows.context(), events)
    }

    private func run(
        _ action: PageAction,
        _ context: PageContext,
        _ events: [PageEvent],
        factor: FactorID? = nil
    ) -> FlowRun {
        let address = PageAddress(.enroll, context.journey, factor: factor)
        return FlowRun(EnrollFlow(context, address: address, action: action), events)
    }

    private static let enrolment = Standing.enroll(FactorDemand())

    private func enrolled() throws -> PageEvent {
        .reply(
            .enrolled(Enrolment(factor: try Flows.id(5), picture: nil, secret: "S", uri: ""))
        )
    }

    @Test(
        "only what is offered, demanded and possible",
        arguments: [
            ([FactorKind.totp, .phone], [FactorKind](), "a@b.c", true, true),
            ([.totp], [], "a@b.c", true, false), ([.totp, .phone], [.phone], "a@b.c", false, true),
            ([.totp, .phone], [], "", false, true),
        ]
    )
    func offers(
        offered: [FactorKind],
        demanded: [FactorKind],
        email: String,
        totp: Bool,
        phone: Bool
    ) throws {
        let standing = Standing.enroll(FactorDemand(kinds: demanded))
        let run = self.run(
            .show,
            Flows.context(offered: offered),
            [.user(Flows.user([], email: email), standing)]
        )
        guard case .enroll(let content) = run.content else {
            Issue.record("no page")
            return
        }
        #expect(content.offersTOTP == totp)
        #expect(content.offersPhone == phone)
    }

    @Test(
        "dead ends say so",
        arguments: [
            (Flows.user([], guest: true), [FactorKind](), TextKey.stuckAnonymous),
            (Flows.user([], email: ""), [.totp], .stuckNoEmail),
            (Flows.user([]), [.webauthn], .stuckNothingOffered),
        ]
    )
    func deadEnds(user: AuthUser, demanded: [FactorKind], sentence: TextKey) {
        let standing = Standing.enroll(FactorDemand(kinds: demanded))
        let run = self.run([.user(user, standing)])
        #expect(run.notice == sentence)
        #expect(run.end == "show 403")
    }

    @Test("beside a verified factor a new one needs aal2 first")
    func stepUpFirst() throws {
        let user = Flows.user([try Flows.factor(1, .totp)])
        let end = "/.gatekeeper/step-up?return_to=%2Fx%3Fy%3D1&then=enroll"
        for action in [PageAction.show, .enrollTOTP(name: "")] {
            #expect(self.run(action, [.user(user, Self.enrolment)]).end == end)
        }
        let late = self.run(
            .enrollTOTP(name: ""),
            [.user(Flows.user([]), Self.enrolment), Flows.problem("insufficient_aal", 403)]
        )
        #expect(late.end == end)
    }

    @Test func anAppIsShownItsKeyAndThenProvesIt() throws {
        let start = self.run(
            .enrollTOTP(name: "Pixel"),
            [.user(Flows.user([]), Self.enrolment), try self.enrolled()]
        )
        #expect(start.asked == ["GET user", "POST factors"])
        guard case .setup(let content) = start.content else {
            Issue.record("no page")
            return
        }
        #expect(content.enrolment?.secret == "S")
        let proof = self.run(
            .verify(try Flows.id(5), Flows.code, ChallengeList()),
            [.reply(.challenged(try Flows.id(9))), try Flows.session(), .adopted]
        )
        #expect(proof.end == "back to /x?y=1")
    }

    @Test("a wrong code shows the same picture again")
    func wrongCode() throws {
        var context = Flows.context()
        context.pending = Enrolment(
            factor: try Flows.id(5),
            picture: "<svg/>",
            secret: "S",
            uri: ""
        )
        let user = Flows.user([try Flows.factor(5, .totp, verified: false)])
        let run = self.run(
            .verify(try Flows.id(5), Flows.code, ChallengeList([try Flows.id(9)])),
            context,
            [Flows.problem("mfa_verification_failed"), .user(user, Self.enrolment)]
        )
        guard case .setup(let content) = run.content else {
            Issue.record("no page")
            return
        }
        #expect(content.enrolment == context.pending)
        #expect(content.notice?.key == .wrongCode)
    }

    @Test("an unfinished factor of the same name makes way, a verified one does not")
    func leftovers() throws {
        let old = try Flows.factor(3, .totp, verified: false, name: "Pixel")
        let conflict = Flows.problem("mfa_factor_name_conflict")
        let cleared = self.run(
            .enrollTOTP(name: "Pixel"),
            [
                .user(Flows.user([old]), Self.enrolment), conflict, .reply(.done),
                try self.enrolled(),
            ]
        )
        #expect(
            cleared.asked == [
                "GET user", "POST factors", "DELETE factors/00000000-3", "POST factors",
            ]
        )
        let user = Flows.user([try Flows.factor(3, .totp, name: "Pixel")])
        let taken = self.run(
            .enrollTOTP(name: "Pixel"),
            Flows.context(aal2: true),
            [.user(user, Self.enrolment), conflict, .user(user, Self.enrolment)]
        )
        #expect(taken.notice == .nameTaken)
    }

    @Test func aPhoneGetsItsCodeAtOnce() throws {
        let number = try #require(PhoneNumber(typed: "+15550100123"))
        let run = self.run(
            .enrollPhone(name: "", number: number, .sms),
            [
                .user(Flows.user([]), Self.enrolment), try self.enrolled(),
                .reply(.challenged(try Flows.id(9))),
            ]
        )
        #expect(run.asked == ["GET user", "POST factors", "POST factors/00000000-5/challenge"])
        #expect(run.end.hasSuffix("&factor=00000000-5&challenge=00000000-9"))
    }

    @Test("a phone whose code could not be sent can ask for another")
    func tooSoon() throws {
        let number = try #require(PhoneNumber(typed: "+15550100123"))
        let user = Flows.user([try Flows.factor(5, .phone, verified: false)])
        let run = self.run(
            .enrollPhone(name: "", number: number, .sms),
            [
                .user(Flows.user([]), Self.enrolment), try self.enrolled(),
                Flows.problem("over_sms_send_rate_limit", 429), .user(user, Self.enrolment),
            ]
        )
        #expect(run.notice == .smsTooSoon)
        #expect(run.end == "show 429")
        guard case .confirmPhone = run.content else {
            Issue.record("another page")
            return
        }
    }

    @Test("names are free ones unless the user chose")
    func names() throws {
        let user = Flows.user([try Flows.factor(1, .totp, name: "Authenticator app")])
        let run = self.run(.show, Flows.context(aal2: true), [.user(user, .satisfied)])
        guard case .enroll(let content) = run.content else {
            Issue.record("no page")
            return
        }
        #expect(content.suggestedName == "Authenticator app 2")
    }
}

@Suite struct FactorsFlowTests {
    private func run(
        _ action: PageAction,
        _ context: PageContext = Flows.context(),
        factor: FactorID? = nil,
        refresh: String? = "r",
        events: [PageEvent]
    ) -> FlowRun {
        let address = PageAddress(.remove, context.journey, factor: factor)
        return FlowRun(
            FactorsFlow(context, address: address, action: action, refreshToken: refresh),
            events
        )
    }

    @Test func removingAVerifiedFactorAsksForAAL2First() throws {
        let user = Flows.user([try Flows.factor(1, .totp)])
        let end = "/.gatekeeper/step-up?return_to=%2Fx%3Fy%3D1&then=remove.00000000-1"
        let event = PageEvent.user(user, .satisfied)
        #expect(self.run(.show, factor: try Flows.id(1), events: [event]).end == end)
        #expect(self.run(.remove(try Flows.id(1)), events: [event]).end == end)
        let late = self.run(
            .remove(try Flows.id(1)),
            Flows.context(aal2: true),
            events: [event, Flows.problem("insufficient_aal")]
        )
        #expect(late.end == end)
    }

    @Test("a removal is confirmed, carried out, and the session renewed at once")
    func removal() throws {
        let user = Flows.user([try Flows.factor(1, .totp)])
        let context = Flows.context(aal2: true)
        let event = PageEvent.user(user, .satisfied)
        let question = self.run(.show, context, factor: try Flows.id(1), events: [event])
        guard case .remove(let content) = question.content else {
            Issue.record("no page")
            return
        }
        #expect(content.isLast)
        let run = self.run(
            .remove(try Flows.id(1)),
            context,
            events: [event, .reply(.done), try Flows.session(), .adopted]
        )
        #expect(
            run.asked == [
                "GET user", "DELETE factors/00000000-1", "POST token?grant_type=refresh_token",
                "adopt",
            ]
        )
        #expect(run.end == "/.gatekeeper/factors?return_to=%2Fx%3Fy%3D1&note=removed")
    }

    @Test func anUnfinishedFactorGoesWithoutAAL2() throws {
        let user = Flows.user([try Flows.factor(1, .totp, verified: false)])
        let run = self.run(
            .remove(try Flows.id(1)),
            refresh: nil,
            events: [.user(user, .satisfied), .reply(.done)]
        )
        #expect(run.asked == ["GET user", "DELETE factors/00000000-1"])
        #expect(run.end.hasSuffix("note=removed"))
    }

    @Test("somebody else's factor is not there")
    func foreign() throws {
        let run = self.run(
            .remove(try Flows.id(7)),
            Flows.context(aal2: true),
            events: [.user(Flows.user([try Flows.factor(1, .totp)]), .satisfied)]
        )
        #expect(run.asked == ["GET user"])
        #expect(run.notice == .factorGone)
    }

    @Test func aStaleFormRemovesNothing() throws {
        let run = self.run(
            .remove(try Flows.id(1)),
            Flows.context(aal2: true, stale: true),
            events: [.user(Flows.user([try Flows.factor(1, .totp)]), .satisfied)]
        )
        #expect(run.asked == ["GET user"])
        #expect(run.notice == .formStale)
    }

    @Test func signingOutForgetsTheSessionWhateverTheAuthoritySays() {
        let context = Flows.context()
        #expect(FlowRun(SignOutFlow(context), [.reply(.done)]).end == "signedOut")
        #expect(FlowRun(SignOutFlow(context), [.reply(.problem(.unreachable))]).end == "signedOut")
        let stale = FlowRun(SignOutFlow(Flows.context(stale: true)), [])
        #expect(stale.asked.isEmpty)
        #expect(stale.end.hasPrefix("/.gatekeeper/factors"))
    }
}
