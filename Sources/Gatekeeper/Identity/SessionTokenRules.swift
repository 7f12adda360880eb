internal import JSON
internal import TokenVerify

/// What tells a provider's session tokens from other tokens that it signs with the same keys.
enum SessionTokenRules: Equatable, Sendable {
    /// Every token of the issuer is meant for us.
    case none
    /// Clerk: the category, the session, and the page that fetched the token. Where no
    /// `authorizedParties` are named, that page may be any.
    case clerk(authorizedParties: [String])

    /// Refuses a token whose signature holds, but that is no session token.
    func check(_ token: TokenAssessment) throws(TokenRejection) {
        switch self {
        case .none: break
        case .clerk(let parties):
            let claims = token.claims
            guard Self.isOfSession(token.header["cat"]) else { throw .tokenType }
            guard claims["sid"] != nil else { throw .claimsInvalid }
            guard parties.isEmpty || Self.names(claims["azp"], oneOf: parties) else {
                throw .audienceMismatch
            }
        }
    }

    // Old tokens bear no category, and one category says nothing. Tokens made from templates and
    // those of machines have their own: they are signed alike, but outlive every session.
    private static func isOfSession(_ category: JSONValue?) -> Bool {
        category == nil || Self.names(category, oneOf: ["cl_B7d4PD111AAA", "cl_I7d4PD111III"])
    }

    private static func names(_ claim: JSONValue?, oneOf accepted: [String]) -> Bool {
        guard case .string(let text) = claim else { return false }
        return accepted.contains { $0.utf8.elementsEqual(text.utf8) }
    }
}
