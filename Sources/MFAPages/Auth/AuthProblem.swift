/// Why the authority did not do what it was asked to.
package struct AuthProblem: Error, Equatable, Sendable {
    package let status: Int
    /// The authority's own word, if it said one.
    package let code: String?
    /// How long to wait, in seconds, where it said so.
    package let retryAfter: Int?

    package init(status: Int, code: String?, retryAfter: Int? = nil) {
        self.status = status
        self.code = code
        self.retryAfter = retryAfter
    }

    /// No answer came at all.
    package static let unreachable = AuthProblem(status: 0, code: "unreachable")
    /// An answer came that is none.
    package static let brokenAnswer = AuthProblem(status: 0, code: "broken-answer")
    /// Tokens came that are not this user's, or not good.
    package static let foreignSession = AuthProblem(status: 0, code: "foreign-session")

    /// What is known about the code; nil where it is a new one.
    package var known: Known? { self.code.flatMap(Known.init) }

    /// The codes that the calls of these pages can meet.
    package enum Known: String, CaseIterable, Sendable {
        case validationFailed = "validation_failed"
        case badJSON = "bad_json"
        case insufficientAAL = "insufficient_aal"
        case tooManyFactors = "too_many_enrolled_mfa_factors"
        case nameConflict = "mfa_factor_name_conflict"
        case verifiedFactorExists = "mfa_verified_factor_exists"
        case totpEnrollOff = "mfa_totp_enroll_not_enabled"
        case totpVerifyOff = "mfa_totp_verify_not_enabled"
        case phoneEnrollOff = "mfa_phone_enroll_not_enabled"
        case phoneVerifyOff = "mfa_phone_verify_not_enabled"
        case webauthnEnrollOff = "mfa_webauthn_enroll_not_enabled"
        case webauthnVerifyOff = "mfa_webauthn_verify_not_enabled"
        case phoneProviderOff = "phone_provider_disabled"
        case factorNotFound = "mfa_factor_not_found"
        case addressMismatch = "mfa_ip_address_mismatch"
        case challengeExpired = "mfa_challenge_expired"
        case verificationFailed = "mfa_verification_failed"
        case verificationRejected = "mfa_verification_rejected"
        case otpExpired = "otp_expired"
        case smsRate = "over_sms_send_rate_limit"
        case requestRate = "over_request_rate_limit"
        case smsFailed = "sms_send_failed"
        case noAuthorization = "no_authorization"
        case badToken = "bad_jwt"
        case userNotFound = "user_not_found"
        case sessionNotFound = "session_not_found"
        case sessionExpired = "session_expired"
        case userBanned = "user_banned"
        case refreshTokenNotFound = "refresh_token_not_found"
        case refreshTokenUsed = "refresh_token_already_used"
        case invalidGrant = "invalid_grant"
        case conflict
        case hookTimeout = "hook_timeout"
        case hookTimeoutRetry = "hook_timeout_after_retry"
        case hookTooLarge = "hook_payload_over_size_limit"
        case hookContent = "hook_payload_invalid_content_type"
        case requestTimeout = "request_timeout"
        case unexpectedFailure = "unexpected_failure"
        case unreachable
        case brokenAnswer = "broken-answer"
        case foreignSession = "foreign-session"
    }
}

extension AuthProblem {
    /// What a person can do about it.
    package enum WayOn: Equatable, Sendable {
        /// The same form, with the sentence above it.
        case repeatInput
        /// Another code has to be asked for.
        case newCode
        /// Another factor has to prove the owner first.
        case useFactorFirst
        /// The list of factors, where one can be removed.
        case manageFactors
        /// Signing in again.
        case signIn
        /// Nothing here; other factors and help are named.
        case deadEnd
        /// Waiting, or trying again.
        case wait
    }

    package var wayOn: WayOn {
        switch self.known {
        case .validationFailed, .badJSON, .nameConflict, .verifiedFactorExists,
            .verificationFailed:
            .repeatInput
        case .addressMismatch, .challengeExpired, .otpExpired: .newCode
        case .insufficientAAL: .useFactorFirst
        case .tooManyFactors, .factorNotFound: .manageFactors
        case .noAuthorization, .badToken, .userNotFound, .sessionNotFound, .sessionExpired,
            .userBanned, .refreshTokenNotFound, .refreshTokenUsed, .invalidGrant,
            .verificationRejected, .foreignSession:
            .signIn
        case .totpEnrollOff, .totpVerifyOff, .phoneEnrollOff, .phoneVerifyOff,
            .webauthnEnrollOff, .webauthnVerifyOff, .phoneProviderOff:
            .deadEnd
        case .smsRate, .requestRate, .smsFailed, .conflict, .hookTimeout, .hookTimeoutRetry,
            .hookTooLarge, .hookContent, .requestTimeout, .unexpectedFailure, .unreachable,
            .brokenAnswer, nil:
            .wait
        }
    }

    /// The sentence for people.
    package var sentence: TextKey {
        switch self.known {
        case .validationFailed, .badJSON: .notAccepted
        case .insufficientAAL: .needsFactorFirst
        case .tooManyFactors: .tooManyFactors
        case .nameConflict: .nameTaken
        case .verifiedFactorExists: .phoneTaken
        case .totpEnrollOff, .totpVerifyOff, .phoneEnrollOff, .phoneVerifyOff,
            .webauthnEnrollOff, .webauthnVerifyOff, .phoneProviderOff:
            .stuckSwitchedOff
        case .factorNotFound: .factorGone
        case .addressMismatch: .challengeGone
        case .challengeExpired, .otpExpired: .codeExpired
        case .verificationFailed: .wrongCode
        case .verificationRejected: .rejected
        case .smsRate: .smsTooSoon
        case .requestRate: .tooManyRequests
        case .noAuthorization, .badToken, .userNotFound, .sessionNotFound, .sessionExpired,
            .refreshTokenNotFound, .refreshTokenUsed, .invalidGrant, .foreignSession:
            .sessionOver
        case .userBanned: .banned
        case .unreachable, .brokenAnswer, .requestTimeout, .hookTimeout, .hookTimeoutRetry,
            .conflict:
            .unavailable
        case .smsFailed, .hookTooLarge, .hookContent, .unexpectedFailure: .unknownProblem
        case nil: self.isGatewayFailure ? .unavailable : .unknownProblem
        }
    }

    // What stands before the authority answers for it, in words of its own.
    private var isGatewayFailure: Bool { (502...504).contains(self.status) }

    /// How long to wait, in seconds: what the authority said, or what its limits come to.
    package var wait: Int? {
        switch self.known {
        case .smsRate: self.retryAfter ?? 60
        case .requestRate: self.retryAfter ?? 60
        default: self.status == 429 ? self.retryAfter ?? 60 : nil
        }
    }

    /// Whether the session itself is no good any more.
    package var endsSession: Bool { self.wayOn == .signIn }
}
