import Testing

@testable import MFAPages

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

    @Test("a factor that would not do proves the owner, before one that does is added")
    func enrollFirst() throws {
        let user = Flows.user([try Flows.factor(1, .totp)])
        let standing = Standing.enroll(FactorDemand(kinds: [.phone], namesKinds: true))
        #expect(
            self.run([.user(user, standing)]).end == "/.gatekeeper/enroll?return_to=%2Fx%3Fy%3D1"
        )
    }

    @Test("without a factor the errand of adding one is run at once")
    func nothingToConfirm() throws {
        let context = Flows.context(errand: .enroll)
        let run = self.run(.show, context, [.user(Flows.user([]), Flows.anyFactor)])
        guard case .message(let content) = run.content else {
            Issue.record("no page")
            return
        }
        var journey = context.journey
        journey.errand = .none
        #expect(content.ways == [.enroll(PageAddress(.enroll, journey))])
    }
}
