internal import MFAPages
internal import NIOCore
internal import PolicyDSL

/// Drives one flow to its end: asks what it wants asked, and verifies what it wants verified.
struct PageConversation {
    let pages: BuiltinPages
    let rules: EnforcementRules
    let eventLoop: any EventLoop
    let host: String
    let journey: Journey
    let client: ClientAddress
    var session: PageSession

    /// How it ended.
    enum End {
        case show(PageContent, status: Int)
        case leave(Destination)
    }

    // No flow takes more than a handful of steps; one that does not end is a mistake.
    private static let maximumSteps = 12

    mutating func run(_ flow: some PageFlow) async -> End {
        var flow = flow
        var step = flow.begin()
        for _ in 0..<Self.maximumSteps {
            switch step {
            case .ask(let call): step = flow.received(await self.ask(call))
            case .adopt(let session): step = flow.received(await self.adopt(session))
            case .show(let content, let status): return .show(content, status: status)
            case .leave(let destination): return .leave(destination)
            }
        }
        return .leave(.sessionOver)
    }

    private mutating func ask(_ call: AuthCall) async -> PageEvent {
        let reply = await self.reply(to: call)
        switch reply {
        case .user(let user):
            guard user.id.utf8.elementsEqual(self.session.subject.utf8) else {
                return .reply(.problem(.foreignSession))
            }
            let standing = PageStanding(policies: self.rules.policies, host: self.host).standing(
                of: self.session.caller.principal,
                facts: UserFacts(user),
                journey: self.journey,
                now: .now
            )
            return .user(user, standing)
        case .enrolled(let enrolment):
            self.pages.memory.enrolments.keep(
                enrolment,
                for: self.session.memoryKey,
                at: Instant.now.wholeSeconds
            )
            return .reply(reply)
        case .challenged, .session, .done, .problem:
            return .reply(reply)
        }
    }

    func reply(to call: AuthCall) async -> AuthReply {
        let client = AuthClient(client: self.pages.client, project: self.session.project)
        let token = self.session.accessToken
        return await client.ask(call, token: token, for: self.client.text)
    }

    /// Verifies new tokens before anybody gets them.
    mutating func adopt(_ renewed: AuthSession) async -> PageEvent {
        let tokens = PageTokens(rules: self.rules, eventLoop: self.eventLoop)
        let caller = await tokens.caller(of: renewed.accessToken, issuer: self.session.issuer)
        guard let caller, self.session.adopt(renewed, of: caller) else {
            return .reply(.problem(.foreignSession))
        }
        // What was heard about the user's factors before may not be true any more.
        self.rules.directory.forget(
            issuer: self.session.issuer.index,
            subject: self.session.subject
        )
        return .adopted
    }
}

extension Instant {
    var wholeSeconds: Int64 { self.microseconds / 1_000_000 }
}
