internal import PolicyDSL

/// Somebody to try a demonstration with, in the authority's database from the start.
package struct Persona: Sendable {
    /// The short name, which also names the file of a ready token.
    package let name: String
    package let story: String
    package let id: String
    package var email: String?
    package var phone: String?
    let created: Instant
    package var factors: [PersonaFactor] = []
    var isAnonymous = false
    var isBanned = false

    /// The password of everybody who has one.
    package static let password = "demo-password"
}

/// A factor that a persona starts with.
package struct PersonaFactor: Sendable {
    package let name: String
    let kind: Kind
    var isVerified = true

    enum Kind {
        case totp(secret: String)
        case phone(String)
    }

    /// What an authenticator app has to know; nil for a phone.
    package var secret: String? {
        switch self.kind {
        case .totp(let secret): secret
        case .phone: nil
        }
    }

    /// The number that text messages go to; nil for an authenticator.
    package var phone: String? {
        switch self.kind {
        case .totp: nil
        case .phone(let number): number
        }
    }
}
