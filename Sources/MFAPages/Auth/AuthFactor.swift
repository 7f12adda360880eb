package import JSON

/// A kind of second factor, in the words of Supabase Auth and of the policy language.
package enum FactorKind: String, CaseIterable, Sendable {
    case totp
    case phone
    case webauthn

    /// Whether a form without JavaScript can use it.
    package var isUsableHere: Bool {
        switch self {
        case .totp, .phone: true
        case .webauthn: false
        }
    }
}

/// One factor of a user, as the authority lists it.
package struct AuthFactor: Equatable, Sendable {
    package let id: FactorID
    /// Nil for kinds that are not known here.
    package let kind: FactorKind?
    package let name: String
    package let isVerified: Bool
    package let phone: String

    package init(
        id: FactorID,
        kind: FactorKind?,
        name: String = "",
        isVerified: Bool = true,
        phone: String = ""
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.isVerified = isVerified
        self.phone = phone
    }

    /// The last digits of the number: enough for its owner, and no use to anybody else.
    var phoneEnding: String { String(self.phone.filter(\.isNumber).suffix(3)) }
}

/// The identity of a factor or a challenge: it becomes part of a path, so only what a UUID is made
/// of may be in it.
package struct FactorID: Hashable, Sendable {
    package let text: String

    package init?(_ text: String) {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isPlain, (8...64).contains(text.utf8.count) else { return nil }
        self.text = text
    }
}

/// The identity of a challenge has the same form.
package typealias ChallengeID = FactorID

/// The user behind the session, as `GET /user` says.
package struct AuthUser: Equatable, Sendable {
    package let id: String
    package let email: String
    package let phone: String
    package let isAnonymous: Bool
    /// When the account was made, as the authority writes it.
    package let createdAt: String?
    package let factors: [AuthFactor]

    package init(
        id: String = "",
        email: String = "",
        phone: String = "",
        isAnonymous: Bool = false,
        createdAt: String? = nil,
        factors: [AuthFactor] = []
    ) {
        self.id = id
        self.email = email
        self.phone = phone
        self.isAnonymous = isAnonymous
        self.createdAt = createdAt
        self.factors = factors
    }

    /// What the user recognises the account by.
    package var account: String {
        guard self.email.isEmpty else { return self.email }
        // The authority keeps numbers without the plus sign.
        return self.phone.first?.isNumber == true ? "+\(self.phone)" : self.phone
    }

    package var verified: [AuthFactor] { self.factors.filter(\.isVerified) }
}

extension AuthUser {
    /// Nil where the answer is not a user object; a factor without an identity is left out.
    package init?(_ object: JSONObject) {
        guard let id = object["id"]?.stringValue else { return nil }
        self.init(
            id: id,
            email: object["email"]?.stringValue ?? "",
            phone: object["phone"]?.stringValue ?? "",
            isAnonymous: object["is_anonymous"]?.boolValue ?? false,
            createdAt: object["created_at"]?.stringValue,
            factors: (object["factors"]?.arrayValue ?? []).compactMap { $0.objectValue }
                .compactMap(AuthFactor.init)
        )
    }
}

extension AuthFactor {
    fileprivate init?(_ object: JSONObject) {
        guard let id = object["id"]?.stringValue.flatMap(FactorID.init) else { return nil }
        self.init(
            id: id,
            kind: object["factor_type"]?.stringValue.flatMap(FactorKind.init),
            name: object["friendly_name"]?.stringValue ?? "",
            isVerified: object["status"]?.stringValue == "verified",
            phone: object["phone"]?.stringValue ?? ""
        )
    }
}
