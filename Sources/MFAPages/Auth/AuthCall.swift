package import JSON

/// How a code reaches a phone.
package enum PhoneChannel: String, CaseIterable, Sendable {
    case sms
    case whatsapp
}

/// One call of the Supabase Auth REST API.
package enum AuthCall: Equatable, Sendable {
    case user
    case enrollTOTP(name: String, issuer: String)
    case enrollPhone(name: String, number: PhoneNumber)
    case challenge(FactorID, PhoneChannel?)
    case verify(FactorID, ChallengeID, code: OneTimeCode)
    case unenroll(FactorID)
    case refresh(token: String)
    case logout
}

extension AuthCall {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    package var method: Method {
        switch self {
        case .user: .get
        case .unenroll: .delete
        case .enrollTOTP, .enrollPhone, .challenge, .verify, .refresh, .logout: .post
        }
    }

    /// Path and query behind the authority's base URL, without a slash in front.
    package var path: String {
        switch self {
        case .user: "user"
        case .enrollTOTP, .enrollPhone: "factors"
        case .challenge(let factor, _): "factors/\(factor.text)/challenge"
        case .verify(let factor, _, _): "factors/\(factor.text)/verify"
        case .unenroll(let factor): "factors/\(factor.text)"
        case .refresh: "token?grant_type=refresh_token"
        case .logout: "logout?scope=local"
        }
    }

    /// Whether the call is made in the user's name; a refresh shows its own token.
    package var needsSession: Bool {
        switch self {
        case .refresh: false
        case .user, .enrollTOTP, .enrollPhone, .challenge, .verify, .unenroll, .logout: true
        }
    }

    package var body: JSONValue? {
        switch self {
        case .user, .unenroll, .logout: nil
        case .enrollTOTP(let name, let issuer):
            [
                "factor_type": "totp", "friendly_name": .string(name), "issuer": .string(issuer),
            ]
        case .enrollPhone(let name, let number):
            [
                "factor_type": "phone", "friendly_name": .string(name),
                "phone": .string(number.text),
            ]
        case .challenge(_, let channel):
            channel.map { ["channel": .string($0.rawValue)] } ?? [:]
        case .verify(_, let challenge, let code):
            ["challenge_id": .string(challenge.text), "code": .string(code.digits)]
        case .refresh(let token): ["refresh_token": .string(token)]
        }
    }
}
