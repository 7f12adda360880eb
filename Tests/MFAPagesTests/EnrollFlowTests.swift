import Testing

@testable import MFAPages

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

    @Test("a kind that is switched off is not offered again")
    func switchedOff() throws {
        let off = Flows.problem("mfa_totp_enroll_not_enabled")
        let user = PageEvent.user(Flows.user([]), Self.enrolment)
        let run = self.run(.enrollTOTP(name: ""), [user, off, user])
        guard case .enroll(let content) = run.content else {
            Issue.record("no page")
            return
        }
        #expect(content.notice?.key == .stuckSwitchedOff)
        #expect(!content.offersTOTP && content.offersPhone)
        let only = Flows.context(offered: [.totp])
        let stuck = self.run(.enrollTOTP(name: ""), only, [user, off, user])
        #expect(stuck.notice == .stuckSwitchedOff)
        guard case .message = stuck.content else {
            Issue.record("another page")
            return
        }
    }

    @Test("the page of a factor that was verified meanwhile leads on")
    func finished() throws {
        let user = Flows.user([try Flows.factor(5, .totp)])
        let context = Flows.context(aal2: true)
        let done = self.run(
            .show,
            context,
            [.user(user, .satisfied)],
            factor: try Flows.id(5)
        )
        #expect(done.end == "back to /x?y=1")
    }
}
