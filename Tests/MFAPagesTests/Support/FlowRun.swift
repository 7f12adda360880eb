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

    var notice: TextKey? { self.content?.notice?.key }
}

extension PageContent {
    /// What the page has to say; of a message, its sentence.
    var notice: Notice? {
        switch self {
        case .challenge(let content), .confirmPhone(let content): content.notice
        case .enroll(let content): content.notice
        case .setup(let content): content.notice
        case .factors(let content): content.notice
        case .remove(let content): content.notice
        case .message(let content): .bad(content.sentence)
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
