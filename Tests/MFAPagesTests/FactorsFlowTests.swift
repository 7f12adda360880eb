import Testing

@testable import MFAPages

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
        for reply in [AuthReply.done, .problem(.unreachable)] {
            let flow = SignOutFlow(Flows.context(), action: .signOut)
            #expect(FlowRun(flow, [.reply(reply)]).end == "signedOut")
        }
    }

    @Test("looking at the page ends nothing, and neither does a form older than the session")
    func signingOutIsAsked() {
        let look = FlowRun(SignOutFlow(Flows.context(), action: .show), [])
        #expect(look.end == "show 200")
        #expect(look.notice == .signOutQuestion)
        let stale = FlowRun(SignOutFlow(Flows.context(stale: true), action: .signOut), [])
        #expect(stale.end == "show 403")
        #expect(stale.notice == .formStale)
        for run in [look, stale] {
            guard case .message(let content) = run.content else {
                Issue.record("no page")
                return
            }
            #expect(run.asked.isEmpty)
            #expect(content.ways == [.signOut])
            #expect(content.isSignedIn)
        }
    }
}
