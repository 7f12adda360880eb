internal import NIOCore
internal import PolicyDSL

/// Who a record says was asking.
enum RecordedSubject {
    /// No credential came.
    case absent
    /// The request ended before its credential was looked at.
    case unread
    /// A credential came and was refused, with this code.
    case refused(String)
    /// A verified token, before the directory was asked.
    case session(Session)
    case known(Session, DirectoryReply)
    /// Whoever used a page of ours with a verified token.
    case named(CallerText)

    var session: Session? {
        switch self {
        case .absent, .unread, .refused, .named: nil
        case .session(let session), .known(let session, _): session
        }
    }

    var reply: DirectoryReply {
        switch self {
        case .absent, .unread, .refused, .session, .named: .unknown
        case .known(_, let reply): reply
        }
    }

    /// How the credential fared.
    var note: TokenNote {
        switch self {
        case .absent, .unread: .absent
        case .refused(let code): .rejected(code: code)
        case .session, .known, .named: .valid
        }
    }

    /// The caller as records show it, with what the directory said.
    var text: CallerText {
        switch self {
        case .absent, .unread: Self.visitor
        case .refused: Self.nobody
        case .session(let session): session.text(under: .unknown)
        case .known(let session, let reply): session.text(under: reply.answer)
        case .named(let text): text
        }
    }

    private static let visitor = CallerText(.visitor, .unknown, pseudonym: nil)
    private static let nobody = CallerText(nil, .unknown, pseudonym: nil)

    /// The hint that the issuer's own client library understands.
    var hint: ProblemBody.Hint {
        switch self.session?.issuer.configuration.provider {
        case .clerk: .clerkReverification
        case .supabase, .oidc, .static, nil: .none
        }
    }
}
