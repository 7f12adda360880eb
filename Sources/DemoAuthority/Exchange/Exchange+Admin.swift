internal import GRDB
internal import JSON
internal import NIOHTTP1

// What the holder of a secret key may do to users.
extension Exchange {
    func adminAnswer(_ parts: [Substring]) throws -> DemoResponse? {
        guard parts.first == "admin", parts.dropFirst().first == "users" else { return nil }
        try self.requireAdmin()
        let rest = parts.dropFirst(2)
        guard let id = rest.first else {
            switch self.request.method {
            case .GET: return try self.listUsers()
            case .POST: return try self.createUser()
            default: return nil
            }
        }
        guard RandomText.isUUID(id) else { throw AuthRefusal.noIdentifier("user_id") }
        guard let user = try User.fetchOne(self.database, key: id.lowercased()) else {
            throw AuthRefusal.userNotFound
        }
        return try self.answer(about: user, Array(rest.dropFirst()))
    }

    private func answer(about user: User, _ parts: [Substring]) throws -> DemoResponse? {
        switch (self.request.method, parts.first, parts.count) {
        case (.GET, nil, 0): return .json(try self.record(of: user))
        case (.PUT, nil, 0): return try self.update(user)
        case (.DELETE, nil, 0):
            try user.delete(self.database)
            return .json([:])
        case (.GET, "passkeys", 1): return .json([])
        case (.GET, "factors", 1):
            return .json(.array(try user.factors(in: self.database).map(Self.record)))
        case (.DELETE, "factors", 2): return try self.removeFactor(parts[1], of: user)
        case (.PUT, "factors", 2): return try self.updateFactor(parts[1], of: user)
        default: return nil
        }
    }

    private func listUsers() throws -> DemoResponse {
        let size = self.request.query["per_page"].flatMap { Int($0) } ?? 50
        let page = self.request.query["page"].flatMap { Int($0) } ?? 1
        guard size > 0, page > 0 else { throw AuthRefusal.invalid("Bad Pagination Parameters") }
        let users = try User.order(Column("created_at").desc)
            .limit(min(size, 1_000), offset: (min(page, 1_000_000) - 1) * min(size, 1_000))
            .fetchAll(self.database)
        var response = DemoResponse.json([
            "users": .array(try users.map(self.record)), "aud": "authenticated",
        ])
        let total = try User.fetchCount(self.database)
        response.headers.add(name: "x-total-count", value: "\(total)")
        return response
    }

    private func createUser() throws -> DemoResponse {
        let members = try self.members()
        let (email, phone) = try self.account(members)
        guard email != nil || phone != nil else {
            throw AuthRefusal.invalid("Cannot create a user without either an email or phone")
        }
        let isTaken = try self.owner(ofEmail: email, phone: phone) != nil
        guard !isTaken else {
            throw email == nil ? AuthRefusal.phoneExists : AuthRefusal.emailExists
        }
        var account = NewAccount(email: email, phone: phone)
        let id = try members.text("id")
        guard id.isEmpty || RandomText.isUUID(id) else {
            throw AuthRefusal.invalid("ID must conform to the uuid v4 format")
        }
        if !id.isEmpty { account.id = id.lowercased() }
        var user = try self.create(account)
        try self.apply(members, to: &user)
        return .json(try self.record(of: user))
    }

    private func update(_ user: User) throws -> DemoResponse {
        var user = user
        let members = try self.members()
        let (email, phone) = try self.account(members)
        try self.move(
            &user,
            toEmail: email == user.email ? nil : email,
            phone: phone == user.phone ? nil : phone
        )
        try self.apply(members, to: &user)
        return .json(try self.record(of: user))
    }

    private func apply(_ members: JSONObject, to user: inout User) throws {
        let password = try members.text("password")
        if !password.isEmpty {
            try self.checkStrength(of: password)
            user.encryptedPassword = try self.digest(password)
        }
        if let data = try members.object("user_metadata") { user.rawUserMetaData.merge(data) }
        if let data = try members.object("app_metadata") { user.rawAppMetaData.merge(data) }
        let role = try members.text("role")
        if !role.isEmpty { user.role = role }
        switch try members.text("ban_duration") {
        case "": break
        case "none": user.bannedUntil = nil
        case let text:
            guard let seconds = Self.seconds(text) else {
                throw AuthRefusal.invalid("invalid format for ban duration")
            }
            user.bannedUntil = self.now.adding(seconds: seconds)
        }
        user.updatedAt = self.now
        try user.update(self.database)
    }

    /// A duration as Go writes it, such as `24h` or `1h30m`.
    static func seconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["h": 3_600, "m": 60, "s": 1]
        var total: Int64 = 0
        var digits = ""
        for character in text {
            if let unit = units[character], let number = Int64(digits), number < 1 << 32 {
                total += number * unit
                digits = ""
            } else if character.isASCII, character.isNumber {
                digits.append(character)
            } else {
                return nil
            }
        }
        return digits.isEmpty && !text.isEmpty ? total : nil
    }

    private func removeFactor(_ id: Substring, of user: User) throws -> DemoResponse {
        let factor = try self.factor(id, of: user)
        try self.remove(factor)
        return .json(Self.record(of: factor))
    }

    private func updateFactor(_ id: Substring, of user: User) throws -> DemoResponse {
        var factor = try self.factor(id, of: user)
        let members = try self.members()
        let name = try members.text("friendly_name")
        let phone = try members.text("phone")
        if !name.isEmpty { factor.friendlyName = name }
        if !phone.isEmpty, factor.factorType == .phone {
            factor.phone = try Self.checkedPhone(phone, or: "Invalid phone number format")
        }
        factor.updatedAt = self.now
        try factor.update(self.database)
        return .json(Self.record(of: factor))
    }
}
