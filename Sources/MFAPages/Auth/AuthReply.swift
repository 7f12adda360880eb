package import JSON

/// What the authority answered to a call.
package enum AuthReply: Equatable, Sendable {
    case user(AuthUser)
    case enrolled(Enrolment)
    case challenged(ChallengeID)
    /// New tokens: verified, refreshed.
    case session(AuthSession)
    case done
    case problem(AuthProblem)
}

/// A factor that exists but does not count before it is verified.
package struct Enrolment: Equatable, Sendable {
    package let factor: FactorID
    /// The picture as the authority drew it; shown as an image and never as part of the page.
    package let picture: String?
    /// The key of an authenticator app, base32.
    package let secret: String
    /// The same for apps on this device.
    package let uri: String

    package init(factor: FactorID, picture: String?, secret: String, uri: String) {
        self.factor = factor
        self.picture = picture
        self.secret = secret
        self.uri = uri
    }
}

extension Enrolment: CustomStringConvertible, CustomReflectable {
    package var description: String { "[enrolment]" }

    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Tokens that the authority issued, with the object it wrapped them in.
///
/// Nothing in it is believed before its access token was verified.
package struct AuthSession: Equatable, Sendable {
    package let accessToken: String
    package let refreshToken: String?
    /// The object as it came, for the application's own client library.
    package let object: JSONObject

    package init?(_ object: JSONObject) {
        guard let token = object["access_token"]?.stringValue, !token.isEmpty else { return nil }
        self.accessToken = token
        self.refreshToken = object["refresh_token"]?.stringValue
        self.object = object
    }
}

extension AuthSession: CustomStringConvertible, CustomReflectable {
    package var description: String { "[session]" }

    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension AuthReply {
    /// Reads an answer of the authority.
    ///
    /// - Parameters:
    ///   - call: what was asked.
    ///   - status: the answer's status.
    ///   - errorCode: the field `x-sb-error-code`, which is the same in every error shape.
    ///   - retryAfter: the field `Retry-After`, in seconds.
    ///   - body: the body, whole.
    package init(
        to call: AuthCall,
        status: Int,
        errorCode: String?,
        retryAfter: Int?,
        body: [UInt8]
    ) {
        let object = (try? JSONValue(parsing: body, limits: .standard))?.objectValue
        guard (200..<300).contains(status) else {
            let code = errorCode ?? object.flatMap(Self.errorCode)
            self = .problem(AuthProblem(status: status, code: code, retryAfter: retryAfter))
            return
        }
        self = Self.reading(object, answering: call) ?? .problem(.brokenAnswer)
    }

    private static func reading(_ object: JSONObject?, answering call: AuthCall) -> AuthReply? {
        switch call {
        case .user: object.flatMap(AuthUser.init).map(Self.user)
        case .enrollTOTP, .enrollPhone: object.flatMap(Enrolment.init).map(Self.enrolled)
        case .challenge:
            object?["id"]?.stringValue.flatMap(ChallengeID.init).map(Self.challenged)
        case .verify, .refresh: object.flatMap(AuthSession.init).map(Self.session)
        case .unenroll, .logout: .done
        }
    }

    // Three shapes: `error_code`; a textual `code`; OAuth's `error`.
    private static func errorCode(in object: JSONObject) -> String? {
        object["error_code"]?.stringValue ?? object["code"]?.stringValue
            ?? object["error"]?.stringValue
    }
}

extension Enrolment {
    fileprivate init?(_ object: JSONObject) {
        guard let id = object["id"]?.stringValue.flatMap(FactorID.init) else { return nil }
        let totp = object["totp"]?.objectValue
        self.init(
            factor: id,
            picture: totp?["qr_code"]?.stringValue,
            secret: totp?["secret"]?.stringValue ?? "",
            uri: totp?["uri"]?.stringValue ?? ""
        )
    }
}
