/// Why the authority refuses, in the words of Supabase Auth.
package struct AuthRefusal: Error, Equatable, Sendable {
    package let status: Int
    /// The stable word.
    package let code: String
    package let message: String
    /// Seconds to wait, where waiting helps.
    package var retryAfter: Int64?

    private init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }
}

// Who asks.
extension AuthRefusal {
    static let noAuthorization =
        AuthRefusal(401, "no_authorization", "This endpoint requires a valid Bearer token")
    static let subjectInvalid =
        AuthRefusal(400, "bad_jwt", "invalid claim: sub claim must be a UUID")
    static let audienceMismatch =
        AuthRefusal(400, "validation_failed", "Token audience doesn't match request audience")
    static let userOfTokenNotFound =
        AuthRefusal(403, "user_not_found", "User from sub claim in JWT does not exist")
    static let sessionNotFound = AuthRefusal(
        403,
        "session_not_found",
        "Session from session_id claim in JWT does not exist"
    )
    static let userBanned = AuthRefusal(403, "user_banned", "User is banned")
    static let anonymousNotAllowed = AuthRefusal(
        403,
        "no_authorization",
        "Anonymous user not allowed to perform these actions"
    )
    static let notAdmin = AuthRefusal(403, "not_admin", "User not allowed")

    static func badToken(_ reason: String) -> AuthRefusal {
        let message = "invalid JWT: unable to parse or verify signature, \(reason)"
        return AuthRefusal(403, "bad_jwt", message)
    }
}

// What was sent.
extension AuthRefusal {
    static let bodyMalformed =
        AuthRefusal(400, "bad_json", "Could not parse request body as JSON")
    static let unsupportedGrant =
        AuthRefusal(400, "invalid_credentials", "unsupported_grant_type")

    static func invalid(_ message: String) -> AuthRefusal {
        AuthRefusal(400, "validation_failed", message)
    }

    /// An identifier in the path that is none.
    static func noIdentifier(_ name: String) -> AuthRefusal {
        AuthRefusal(404, "validation_failed", "\(name) must be an UUID")
    }

    static func requestLimit(retryAfter: Int64) -> AuthRefusal {
        var refusal = AuthRefusal(429, "over_request_rate_limit", "Request rate limit reached")
        refusal.retryAfter = retryAfter
        return refusal
    }
}

// Accounts.
extension AuthRefusal {
    static let invalidCredentials =
        AuthRefusal(400, "invalid_credentials", "Invalid login credentials")
    static let signInBanned = AuthRefusal(400, "user_banned", "User is banned")
    static let userAlreadyExists =
        AuthRefusal(422, "user_already_exists", "User already registered")
    static let emailExists = AuthRefusal(
        422,
        "email_exists",
        "A user with this email address has already been registered"
    )
    static let phoneExists = AuthRefusal(
        422,
        "phone_exists",
        "A user with this phone number has already been registered"
    )
    static let samePassword = AuthRefusal(
        422,
        "same_password",
        "New password should be different from the old password."
    )
    static let anonymousDisabled =
        AuthRefusal(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled")
    static let anonymousPassword = AuthRefusal(
        422,
        "validation_failed",
        "Updating password of an anonymous user without an email or phone is not allowed"
    )
    static let updateNeedsSecondFactor = AuthRefusal(
        401,
        "insufficient_aal",
        "AAL2 session is required to update email or password when MFA is enabled."
    )
    static let appMetadataNotAdmin =
        AuthRefusal(403, "not_admin", "Updating app_metadata requires admin privileges")
    static let userNotFound = AuthRefusal(404, "user_not_found", "User not found")
    static let refreshTokenNotFound = AuthRefusal(
        400,
        "refresh_token_not_found",
        "Invalid Refresh Token: Refresh Token Not Found"
    )
    static let refreshTokenUsed =
        AuthRefusal(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used")

    static func weakPassword(minimum: Int) -> AuthRefusal {
        let message = "Password should be at least \(minimum) characters."
        return AuthRefusal(422, "weak_password", message)
    }
}

// Factors.
extension AuthRefusal {
    static let enrollNeedsSecondFactor =
        AuthRefusal(403, "insufficient_aal", "AAL2 required to enroll a new factor")
    static let unenrollNeedsSecondFactor =
        AuthRefusal(422, "insufficient_aal", "AAL2 required to unenroll verified factor")
    static let tooManyFactors = AuthRefusal(
        422,
        "too_many_enrolled_mfa_factors",
        "Maximum number of verified factors reached, unenroll to continue"
    )
    static let verifiedFactorExists = AuthRefusal(
        422,
        "mfa_verified_factor_exists",
        "A verified phone factor already exists, unenroll the existing factor to continue"
    )
    static let webAuthnDisabled = AuthRefusal(
        422,
        "mfa_webauthn_enroll_not_enabled",
        "MFA enroll is disabled for WebAuthn"
    )
    static let factorNotFound = AuthRefusal(404, "mfa_factor_not_found", "Factor not found")
    static let challengeNotFound = AuthRefusal(
        422,
        "mfa_factor_not_found",
        "MFA factor with the provided challenge ID not found"
    )
    static let challengeSpentOrElsewhere = AuthRefusal(
        422,
        "mfa_ip_address_mismatch",
        "Challenge and verify IP addresses mismatch"
    )
    static let noAccountName =
        AuthRefusal(500, "unexpected_failure", "Error generating QR Code")

    static func factorNameTaken(_ name: String) -> AuthRefusal {
        let message = "A factor with the friendly name \"\(name)\" for this user already exists"
        return AuthRefusal(422, "mfa_factor_name_conflict", message)
    }

    static func enrollDisabled(_ type: FactorType) -> AuthRefusal {
        let message = "MFA enroll is disabled for \(type.title)"
        return AuthRefusal(422, "mfa_\(type.rawValue)_enroll_not_enabled", message)
    }

    static func verifyDisabled(_ type: FactorType) -> AuthRefusal {
        let message = "MFA verification is disabled for \(type.title)"
        return AuthRefusal(422, "mfa_\(type.rawValue)_verify_not_enabled", message)
    }

    static func challengeExpired(_ id: String) -> AuthRefusal {
        let message =
            "MFA challenge \(id) has expired, verify against another challenge or create a new "
            + "challenge."
        return AuthRefusal(422, "mfa_challenge_expired", message)
    }

    static func wrongCode(_ type: FactorType) -> AuthRefusal {
        let message =
            switch type {
            case .totp: "Invalid TOTP code entered"
            case .phone: "Invalid MFA Phone code entered"
            }
        return AuthRefusal(422, "mfa_verification_failed", message)
    }

    static func messageLimit(retryAfter seconds: Int64) -> AuthRefusal {
        let message =
            "For security purposes, you can only request this after \(seconds) seconds."
        var refusal = AuthRefusal(429, "over_sms_send_rate_limit", message)
        refusal.retryAfter = seconds
        return refusal
    }
}
