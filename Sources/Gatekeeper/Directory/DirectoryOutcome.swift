internal import JSON
internal import NIOCore
internal import NIOHTTP1
internal import PolicyDSL

/// Why a directory source gave no answer.
enum DirectoryFailure: Error, Equatable, Sendable {
    case unreachable(DocumentFailure)
    case status(UInt)
    case malformed
    /// The answer is about somebody else.
    case wrongSubject
    /// A database would not answer; its own code says why.
    case refused(code: String)

    /// The stable word for logs and metrics.
    var code: String {
        switch self {
        case .unreachable(let failure): failure.code
        case .status: "status"
        case .malformed: "malformed"
        case .wrongSubject: "wrong-subject"
        case .refused(let code): "refused-\(code)"
        }
    }
}

/// What asking a source came to: an answer that may be believed, or a failure of the source.
enum DirectoryOutcome: Equatable, Sendable {
    case answered(DirectoryAnswer)
    case failed(DirectoryFailure, retryAfter: TimeAmount?)
}

extension DirectoryOutcome {
    /// Judges an HTTP answer about `subject`.
    ///
    /// Facts come only from a 200 whose body is one user object of that subject; a 403 or 404
    /// counts only with a code word that is definite. Everything else is the source's failure.
    init(
        judging document: FetchedDocument,
        subject: String,
        created: ClaimPath = UserRecord.createdPath,
        factors: ClaimPath = UserRecord.factorsPath,
        at now: Instant
    ) {
        switch document.status {
        case 200:
            let value = try? JSONValue(
                parsing: document.body.span,
                limits: JSONLimits(maximumBytes: document.body.count)
            )
            guard let object = value?.objectValue else {
                self = .failed(.malformed, retryAfter: nil)
                return
            }
            guard object["id"]?.stringValue?.utf8.elementsEqual(subject.utf8) == true else {
                self = .failed(.wrongSubject, retryAfter: nil)
                return
            }
            let record = UserRecord(object, created: created, factors: factors)
            self = .answered(record.answer(at: now))
        case 403, 404:
            if let refused = Self.refusal(in: document) {
                self = .answered(.refused(refused))
            } else {
                self = .failed(.status(document.status), retryAfter: nil)
            }
        default:
            self = .failed(.status(document.status), retryAfter: Self.retryAfter(document.headers))
        }
    }

    // Supabase names the reason in `error_code`, or in `code` under a newer API version, and in a
    // header of its own.
    private static func refusal(in document: FetchedDocument) -> RefusedUser? {
        let value = try? JSONValue(
            parsing: document.body.span,
            limits: JSONLimits(maximumBytes: document.body.count)
        )
        let code =
            document.headers.first(name: "x-sb-error-code")
            ?? value?["error_code"]?.stringValue ?? value?["code"]?.stringValue
        switch code {
        case "user_not_found": return .userNotFound
        case "user_banned": return .userBanned
        // A token that we verified and its issuer disowns belongs to no session any more.
        case "session_not_found", "bad_jwt": return .sessionRevoked
        default: return nil
        }
    }

    private static func retryAfter(_ headers: HTTPHeaders) -> TimeAmount? {
        guard let text = headers.first(name: "retry-after"), let seconds = Int64(text) else {
            return nil
        }
        return .seconds(min(max(seconds, 0), 3_600))
    }
}
