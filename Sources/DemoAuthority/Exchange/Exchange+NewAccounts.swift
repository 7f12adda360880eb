internal import GRDB
internal import JSON

/// What a new user starts with.
struct NewAccount {
    var id: String?
    var email: String?
    var phone: String?
    var password: String?
    var metadata = Metadata()
    var appMetadata = Metadata()
    var role = "authenticated"
}

extension Exchange {
    /// Makes a user; addresses count as confirmed at once.
    func create(_ account: NewAccount) throws -> User {
        var user = User(
            id: try account.id ?? RandomText.uuid(),
            role: account.role,
            email: account.email,
            phone: account.phone,
            createdAt: self.now,
            updatedAt: self.now
        )
        user.emailConfirmedAt = account.email.map { _ in self.now }
        user.phoneConfirmedAt = account.phone.map { _ in self.now }
        user.encryptedPassword = try account.password.map(self.digest)
        user.rawUserMetaData = account.metadata
        user.rawAppMetaData = account.appMetadata
        user.isAnonymous = account.email == nil && account.phone == nil
        try user.insert(self.database)
        if account.email != nil { try self.addIdentity("email", to: &user) }
        if account.phone != nil { try self.addIdentity("phone", to: &user) }
        return user
    }

    /// Notes a way in which a user is known from now on.
    func addIdentity(_ provider: String, to user: inout User) throws {
        let known = user.rawAppMetaData.members["providers"]?.arrayValue ?? []
        guard !known.contains(.string(provider)) else { return }
        if known.isEmpty { user.rawAppMetaData.members["provider"] = .string(provider) }
        user.rawAppMetaData.members["providers"] = .array(known + [.string(provider)])
        user.isAnonymous = false
        try user.update(self.database)
        let identity = Identity(
            id: try RandomText.uuid(),
            userId: user.id,
            provider: provider,
            lastSignInAt: self.now,
            createdAt: self.now,
            updatedAt: self.now
        )
        try identity.insert(self.database)
    }

    func digest(_ password: String) throws -> String {
        try PasswordDigest(of: password, cost: self.rules.passwordCost).text
    }

    func checkStrength(of password: String) throws {
        guard password.count >= self.rules.minimumPassword else {
            throw AuthRefusal.weakPassword(minimum: self.rules.minimumPassword)
        }
    }

    /// Whoever has one of these addresses.
    func owner(ofEmail email: String?, phone: String?) throws -> User? {
        if let email, let owner = try User.find(email: email, in: self.database) { return owner }
        guard let phone else { return nil }
        return try User.find(phone: phone, in: self.database)
    }

    /// The addresses in a body, in the form in which they are kept.
    func account(_ members: JSONObject) throws -> (email: String?, phone: String?) {
        let email = try members.text("email")
        let phone = try members.text("phone")
        return (
            email.isEmpty ? nil : try Self.checkedEmail(email),
            phone.isEmpty
                ? nil
                : try Self.checkedPhone(phone, or: "Invalid phone number format (E.164 required)")
        )
    }

    private static func checkedEmail(_ text: String) throws -> String {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) } && text.utf8.count < 256
        guard isPlain, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw AuthRefusal.invalid("Unable to validate email address: invalid format")
        }
        return text.lowercased()
    }

    /// E.164 without the `+`.
    static func checkedPhone(_ text: String, or message: String) throws -> String {
        let digits = text.filter { $0 != " " && $0 != "+" }
        guard (2...15).contains(digits.utf8.count), !digits.hasPrefix("0"),
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw AuthRefusal.invalid(message) }
        return digits
    }
}
