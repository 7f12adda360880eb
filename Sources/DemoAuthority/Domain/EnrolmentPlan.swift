/// What somebody has who wants one more factor.
struct EnrolmentPlan {
    let factors: [Factor]
    let level: SessionLevel

    /// Whether one more may be added; the order of the checks is Supabase's.
    func check(newName: String, rules: AuthorityRules) throws(AuthRefusal) {
        // Two nameless factors collide as well.
        let taken = self.factors.contains { $0.friendlyName.utf8.elementsEqual(newName.utf8) }
        guard !taken else { throw .factorNameTaken(newName) }
        let verified = self.factors.count { $0.isVerified }
        guard self.factors.count < rules.maximumFactors, verified < rules.maximumVerifiedFactors
        else { throw .tooManyFactors }
        guard verified == 0 || self.level == .aal2 else { throw .enrollNeedsSecondFactor }
    }
}
