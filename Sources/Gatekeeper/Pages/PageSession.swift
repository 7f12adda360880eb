internal import HTTPMessage
internal import MFAPages
internal import NIOCore
internal import PolicyDSL
internal import TokenVerify

/// The session that a page acts for: tokens of one user of one project, verified.
struct PageSession: Sendable {
    let issuer: IssuerRules
    let project: SupabaseProject
    let stored: StoredSession
    private(set) var accessToken: String
    private(set) var refreshToken: String?
    private(set) var caller: Caller
    let subject: String
    /// Tokens that the browser does not have yet.
    private(set) var renewed: AuthSession?

    init(
        issuer: IssuerRules,
        project: SupabaseProject,
        stored: StoredSession,
        caller: Caller,
        subject: String
    ) {
        self.issuer = issuer
        self.project = project
        self.stored = stored
        self.accessToken = stored.accessToken
        self.refreshToken = stored.refreshToken
        self.caller = caller
        self.subject = subject
    }

    var sessionID: String? { self.caller.session }

    var isAAL2: Bool { self.caller.principal.assurance == .aal2 }

    /// What memory goes by: the session, or the user where the token names none.
    var memoryKey: String { "\(self.issuer.index) \(self.sessionID ?? self.subject)" }

    /// Takes new tokens, which must be the same user's in the same session.
    mutating func adopt(_ session: AuthSession, of caller: Caller) -> Bool {
        guard let subject = caller.subject, subject.utf8.elementsEqual(self.subject.utf8),
            Self.areEqual(caller.session, self.sessionID)
        else { return false }
        self.accessToken = session.accessToken
        self.refreshToken = session.refreshToken ?? self.refreshToken
        self.caller = caller
        self.renewed = session
        return true
    }

    private static func areEqual(_ one: String?, _ other: String?) -> Bool {
        switch (one, other) {
        case (nil, nil): true
        case (.some(let one), .some(let other)): one.utf8.elementsEqual(other.utf8)
        case (.some, nil), (nil, .some): false
        }
    }
}

/// Verifies tokens that the authority just sent.
struct PageTokens {
    let rules: EnforcementRules
    let eventLoop: any EventLoop

    /// Whose token it is; nil where it is none of this issuer's, or not good.
    func caller(of token: String, issuer: IssuerRules) async -> Caller? {
        let bytes = Array(token.utf8)
        let desk = TokenDesk(rules: self.rules, bounds: .single)
        var finding = desk.look(at: bytes[...], now: .now)
        if case .keyMissed(let key) = finding {
            try? await self.rules.keys.missedKey(key, on: self.eventLoop).get()
            finding = desk.look(at: bytes[...], now: .now)
        }
        guard case .session(let session) = finding, session.issuer.index == issuer.index else {
            return nil
        }
        return session.caller
    }
}
