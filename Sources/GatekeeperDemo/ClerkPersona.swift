internal import JSON

/// Somebody with an account at the Clerk stand-in.
struct ClerkPersona: Sendable {
    /// The short name; the identifier is `user_` and this.
    let name: String
    /// When the account was made, in milliseconds since 1970, as Clerk has it.
    let createdAt: Int64
    var hasAuthenticator = false
    /// Phone numbers reserved for the second factor.
    var phones: [String] = []
    /// Two-factor authentication that none of the listed factors explains.
    var hasOpaqueFactor = false
    var isBanned = false
    var isLocked = false

    var id: String { "user_\(self.name)" }
    var sessionID: String { "sess_\(self.name)" }

    static let all = [
        ClerkPersona(name: "olga", createdAt: 1_556_701_200_000),
        ClerkPersona(name: "nils", createdAt: 1_780_304_400_000),
        ClerkPersona(name: "ada", createdAt: 1_580_634_000_000, hasAuthenticator: true),
        ClerkPersona(name: "phil", createdAt: 1_580_634_000_000, phones: ["+15550100"]),
        ClerkPersona(name: "opal", createdAt: 1_580_634_000_000, hasOpaqueFactor: true),
        ClerkPersona(name: "bea", createdAt: 1_580_634_000_000, isBanned: true),
        ClerkPersona(name: "lock", createdAt: 1_580_634_000_000, isLocked: true),
    ]

    static func named(_ id: String) -> ClerkPersona? {
        Self.all.first { $0.id == id || $0.name == id }
    }
}

extension ClerkPersona {
    /// The user as the Backend API writes it.
    var record: JSONObject {
        let hasFactor = self.hasAuthenticator || !self.phones.isEmpty || self.hasOpaqueFactor
        return [
            "id": .string(self.id),
            "object": "user",
            "external_id": .null,
            "primary_email_address_id": .string("idn_mail_\(self.name)"),
            "primary_phone_number_id": .null,
            "primary_web3_wallet_id": .null,
            "username": .string(self.name),
            "first_name": .null,
            "last_name": .null,
            "has_image": false,
            "public_metadata": [:],
            "private_metadata": [:],
            "unsafe_metadata": [:],
            "email_addresses": [self.mailAddress],
            "phone_numbers": .array(self.phones.map(self.phoneNumber)),
            "web3_wallets": [],
            "passkeys": [],
            "password_enabled": true,
            "two_factor_enabled": .bool(hasFactor),
            "totp_enabled": .bool(self.hasAuthenticator),
            "backup_code_enabled": .bool(self.hasAuthenticator),
            "mfa_enabled_at": hasFactor ? .integer(self.createdAt + 60_000) : .null,
            "mfa_disabled_at": .null,
            "external_accounts": [],
            "saml_accounts": [],
            "enterprise_accounts": [],
            "last_sign_in_at": .integer(self.createdAt + 120_000),
            "banned": .bool(self.isBanned),
            "locked": .bool(self.isLocked),
            "lockout_expires_in_seconds": self.isLocked ? 3_600 : .null,
            "verification_attempts_remaining": self.isLocked ? 0 : 100,
            "updated_at": .integer(self.createdAt + 120_000),
            "created_at": .integer(self.createdAt),
            "delete_self_enabled": true,
            "create_organization_enabled": true,
            "last_active_at": .integer(self.createdAt + 120_000),
            "legal_accepted_at": .null,
        ]
    }

    private var mailAddress: JSONValue {
        [
            "id": .string("idn_mail_\(self.name)"),
            "object": "email_address",
            "email_address": .string("\(self.name)@example.test"),
            "reserved": false,
            "verification": .null,
            "linked_to": [],
            "created_at": .integer(self.createdAt),
            "updated_at": .integer(self.createdAt),
        ]
    }

    private func phoneNumber(_ number: String) -> JSONValue {
        [
            "id": .string("idn_phone_\(self.name)"),
            "object": "phone_number",
            "phone_number": .string(number),
            "reserved_for_second_factor": true,
            "default_second_factor": true,
            "reserved": false,
            "verification": .null,
            "linked_to": [],
            "backup_codes": .null,
            "created_at": .integer(self.createdAt),
            "updated_at": .integer(self.createdAt),
        ]
    }
}
