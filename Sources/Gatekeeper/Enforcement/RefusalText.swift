internal import PolicyDSL

/// The sentences of refusals, for people: what happened, and what to do.
enum RefusalText {
    static func title(of denial: Denial) -> String {
        if let status = denial.status { return Self.title(ofStatus: status) }
        switch denial.outcome {
        case .allow: return "Allowed"
        case .enroll: return "A second factor has to be set up"
        case .stepUp: return "A second factor is needed"
        case .reauthenticate: return "Please sign in again"
        case .unauthenticated: return "Please sign in"
        case .unavailable: return "Temporarily unavailable"
        case .deny: return "Not allowed"
        }
    }

    private static func title(ofStatus status: UInt16) -> String {
        switch status {
        case 404: "Not found"
        case 405: "Method not allowed"
        case 408: "Request timeout"
        case 413: "Request too large"
        case 414: "URI too long"
        case 417: "Expectation failed"
        case 421: "Misdirected request"
        case 429: "Too many requests"
        case 431: "Request header fields too large"
        case 502: "Bad gateway"
        case 503: "Temporarily unavailable"
        case 504: "Gateway timeout"
        case 505: "HTTP version not supported"
        default: "Bad request"
        }
    }

    static func detail(of denial: Denial) -> String {
        if let reason = Reason(rawValue: denial.reason) { return Self.detail(of: reason) }
        if denial.bearerError == .invalidToken {
            return "The access token was refused: \(denial.reason)."
        }
        switch denial.status ?? 0 {
        case 429: return "Too many requests came from your network. Wait a little and try again."
        case 502: return "The application behind this address could not be reached or failed."
        case 504: return "The application behind this address did not answer in time."
        default: return "The request was refused: \(denial.reason)."
        }
    }

    private static func detail(of reason: Reason) -> String {
        switch reason {
        case .denied: "This request is not allowed here."
        case .notAdmitted: "This address is not open to you."
        case .userNotFound: "The account of this session does not exist any more."
        case .sessionRevoked: "This session was ended. Sign in again."
        case .userBanned: "This account is suspended."
        case .sessionPending: "The sign-in is not complete yet."
        case .noCredential: "This address needs a signed-in user."
        case .directoryUnavailable: "The account data needed to decide is unavailable. Try again."
        case .hostUnknown: "The host of the request is not known."
        case .keysUnavailable: "The keys that verify sign-ins are unavailable. Try again."
        case .notUpgradable: "This kind of session cannot use a second factor."
        case .proofUnprovable: "This kind of session cannot show what is demanded."
        case .impossibleForUser: "This account has no way to meet what is demanded."
        case .staleToken: "The session is older than a change to its factors. Sign in again."
        case .sessionTooOld: "The sign-in is too long ago. Sign in again."
        case .noFactor: "Set up a second factor to continue."
        case .aalTooLow: "Use your second factor to continue."
        case .proofMethod: "Use one of the demanded methods to continue."
        case .proofTooOld: "The last proof is too long ago. Repeat it to continue."
        case .crossSite: "The request came from another site and was not carried out."
        case .redirectLoop: "Signing in or proving a factor led back here several times."
        case .badPath: "The address of the request is ambiguous or malformed."
        }
    }
}
