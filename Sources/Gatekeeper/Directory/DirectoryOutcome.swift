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
    /// Facts come only from a whole 200 that is about that subject; a 403 or 404 counts only with
    /// a code word that is definite. Everything else is the source's failure.
    init(
        judging document: FetchedDocument,
        subject: String,
        shape: DirectoryShape = .user(.supabase),
        at now: Instant
    ) {
        let value = try? JSONValue(
            parsing: document.body,
            limits: JSONLimits(maximumBytes: document.body.count)
        )
        switch document.status {
        case 200:
            do throws(DirectoryFailure) {
                self = .answered(try shape.answer(value, about: subject, at: now))
            } catch {
                self = .failed(error, retryAfter: nil)
            }
        case 403, 404:
            if let refused = shape.refusal(value, in: document) {
                self = .answered(.refused(refused))
            } else {
                self = .failed(.status(document.status), retryAfter: nil)
            }
        default:
            self = .failed(.status(document.status), retryAfter: Self.retryAfter(document.headers))
        }
    }

    private static func retryAfter(_ headers: HTTPHeaders) -> TimeAmount? {
        guard let text = headers.first(name: "retry-after"), let seconds = Int64(text) else {
            return nil
        }
        return .seconds(min(max(seconds, 0), 3_600))
    }
}

extension DirectoryShape {
    /// What an error says about the user for good; nil where it says nothing.
    fileprivate func refusal(_ value: JSONValue?, in document: FetchedDocument) -> RefusedUser? {
        switch self {
        case .user, .factorList: Self.supabaseRefusal(value, in: document)
        case .clerkUser: Self.clerkRefusal(value, in: document)
        }
    }

    // Supabase names the reason in `error_code`, or in `code` under a newer API version, and in a
    // header of its own.
    private static func supabaseRefusal(
        _ value: JSONValue?,
        in document: FetchedDocument
    ) -> RefusedUser? {
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

    private static func clerkRefusal(
        _ value: JSONValue?,
        in document: FetchedDocument
    ) -> RefusedUser? {
        guard document.status == 404, let errors = value?["errors"]?.arrayValue else { return nil }
        let isMissing = errors.contains { $0["code"]?.stringValue == "resource_not_found" }
        return isMissing ? .userNotFound : nil
    }
}
