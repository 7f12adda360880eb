internal import PolicyDSL

/// The value of `WWW-Authenticate` (RFC 6750, section 3; RFC 9470, section 3).
enum Challenge {
    static func value(for denial: Denial) -> String {
        switch denial.outcome {
        case .enroll, .stepUp, .reauthenticate:
            Self.insufficient(denial)
        case .allow, .unauthenticated, .unavailable, .deny:
            Self.bearer(denial)
        }
    }

    // RFC 6750 section 3.1: no error code where no credential came.
    private static func bearer(_ denial: Denial) -> String {
        guard let error = denial.bearerError else { return "Bearer" }
        return "Bearer error=\"\(error.rawValue)\", error_description=\"\(denial.reason)\""
    }

    private static func insufficient(_ denial: Denial) -> String {
        var parameters = [
            "error=\"insufficient_user_authentication\"",
            "error_description=\"\(denial.reason)\"",
        ]
        if denial.outcome != .reauthenticate { parameters.append("acr_values=\"aal2\"") }
        if let age = Self.maximumAge(denial) { parameters.append("max_age=\(age)") }
        return "Bearer " + parameters.joined(separator: ", ")
    }

    // A stale token is only cured by signing in anew, whatever its age.
    private static func maximumAge(_ denial: Denial) -> Int64? {
        guard denial.outcome == .reauthenticate else { return denial.maximumAge }
        return denial.entry?.reason == .staleToken ? 0 : denial.maximumAge ?? 0
    }
}
