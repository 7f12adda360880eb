internal import GRDB
internal import JSON

// What users change about themselves.
extension Exchange {
    func updateOwnRecord() throws -> DemoResponse {
        try self.limit(.account)
        let caller = try self.caller()
        var user = caller.user
        let members = try self.members()
        let (email, phone) = try self.account(members)
        let password = try members.text("password")
        if !password.isEmpty { try self.checkStrength(of: password) }
        guard members["app_metadata"] == nil else { throw AuthRefusal.appMetadataNotAdmin }
        let newEmail = email == user.email ? nil : email
        let newPhone = phone == user.phone ? nil : phone
        let changesAccess = !password.isEmpty || newEmail != nil || newPhone != nil
        if changesAccess { try self.requireSecondFactorIfEnrolled(caller) }
        if user.isAnonymous, !password.isEmpty, email == nil, phone == nil {
            throw AuthRefusal.anonymousPassword
        }
        try self.move(&user, toEmail: newEmail, phone: newPhone)
        if !password.isEmpty { try self.setPassword(password, of: &user, in: caller.session) }
        if let data = try members.object("data") { user.rawUserMetaData.merge(data) }
        user.updatedAt = self.now
        try user.update(self.database)
        return .json(try self.record(of: user))
    }

    private func requireSecondFactorIfEnrolled(_ caller: SessionUser) throws {
        let factors = try caller.user.factors(in: self.database)
        let level = try caller.session.level(in: self.database)
        guard level == .aal2 || !factors.contains(where: \.isVerified) else {
            throw AuthRefusal.updateNeedsSecondFactor
        }
    }

    /// Gives a user new addresses, which count as confirmed at once.
    func move(_ user: inout User, toEmail email: String?, phone: String?) throws {
        if let email {
            guard try User.find(email: email, in: self.database) == nil else {
                throw AuthRefusal.emailExists
            }
            user.email = email
            user.emailConfirmedAt = self.now
            try self.addIdentity("email", to: &user)
        }
        if let phone {
            guard try User.find(phone: phone, in: self.database) == nil else {
                throw AuthRefusal.phoneExists
            }
            user.phone = phone
            user.phoneConfirmedAt = self.now
            try self.addIdentity("phone", to: &user)
        }
    }

    private func setPassword(
        _ password: String,
        of user: inout User,
        in session: Session
    ) throws {
        guard !user.hasPassword(password) else { throw AuthRefusal.samePassword }
        user.encryptedPassword = try self.digest(password)
        try Session.filter(Column("user_id") == user.id && Column("id") != session.id)
            .deleteAll(self.database)
    }
}
