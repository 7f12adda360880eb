internal import GRDB
internal import JSON
internal import NIOHTTP1

// Signing up, in and out, and the user's own record.
extension Exchange {
    func accountAnswer(_ parts: [Substring]) throws -> DemoResponse? {
        guard parts.count == 1, let endpoint = parts.first else { return nil }
        switch (self.request.method, endpoint) {
        case (.GET, "settings"): return self.settings()
        case (.POST, "signup"): return try self.signUp()
        case (.POST, "token"): return try self.token()
        case (.GET, "user"): return try self.ownRecord()
        case (.PUT, "user"): return try self.updateOwnRecord()
        case (.POST, "logout"): return try self.signOut()
        default: return nil
        }
    }

    private func token() throws -> DemoResponse {
        try self.limit(.token)
        switch self.request.query["grant_type"] {
        case "password": return try self.signInWithPassword()
        case "refresh_token": return try self.refresh()
        default: throw AuthRefusal.unsupportedGrant
        }
    }

    private func signInWithPassword() throws -> DemoResponse {
        let members = try self.members()
        let (email, phone) = try self.account(members)
        let user: User?
        switch (email, phone) {
        case (let email?, _): user = try User.find(email: email, in: self.database)
        case (nil, let phone?): user = try User.find(phone: phone, in: self.database)
        case (nil, nil): throw AuthRefusal.invalid("missing email or phone")
        }
        guard let user, user.hasPassword(try members.text("password")) else {
            throw AuthRefusal.invalidCredentials
        }
        guard !user.isBanned(at: self.now) else { throw AuthRefusal.signInBanned }
        return try self.signIn(user, method: "password")
    }

    private func signUp() throws -> DemoResponse {
        let members = try self.members()
        let (email, phone) = try self.account(members)
        let metadata = Metadata(try members.object("data") ?? [:])
        guard email != nil || phone != nil else {
            return try self.signUpAnonymously(metadata)
        }
        try self.limit(.account)
        let password = try members.text("password")
        guard !password.isEmpty else {
            throw AuthRefusal.invalid("Signup requires a valid password")
        }
        try self.checkStrength(of: password)
        let isTaken = try self.owner(ofEmail: email, phone: phone) != nil
        guard !isTaken else { throw AuthRefusal.userAlreadyExists }
        var account = NewAccount(email: email, phone: phone)
        account.password = password
        account.metadata = metadata
        return try self.signIn(try self.create(account), method: "password")
    }

    private func signUpAnonymously(_ metadata: Metadata) throws -> DemoResponse {
        guard self.rules.permitsAnonymous else { throw AuthRefusal.anonymousDisabled }
        try self.limit(.anonymous)
        var account = NewAccount()
        account.metadata = metadata
        return try self.signIn(try self.create(account), method: "anonymous")
    }

    private func ownRecord() throws -> DemoResponse {
        let caller = try self.caller()
        let audience = self.header("x-jwt-aud") ?? "authenticated"
        guard caller.claims["aud"]?.stringValue == audience else {
            throw AuthRefusal.audienceMismatch
        }
        return .json(try self.record(of: caller.user))
    }

    /// Ends this session, the others, or all; tokens stay good until they expire.
    private func signOut() throws -> DemoResponse {
        let caller = try self.caller()
        let own = Session.filter(Column("user_id") == caller.user.id)
        switch self.request.query["scope"] ?? "global" {
        case "global": try own.deleteAll(self.database)
        case "local": try own.filter(key: caller.session.id).deleteAll(self.database)
        case "others":
            try own.filter(Column("id") != caller.session.id).deleteAll(self.database)
        case let scope: throw AuthRefusal.invalid("Unsupported logout scope \"\(scope)\"")
        }
        return DemoResponse(status: .noContent)
    }
}
