internal import JSON
internal import PolicyDSL
internal import TokenVerify

extension ClaimsDirectorySource {
    /// The facts that a token hook put into the token.
    ///
    /// A token without the creation time is known to lack it; one without factors, as made before
    /// the hook was installed, says nothing about them.
    func answer(from claims: ClaimsSet) -> DirectoryAnswer {
        var facts = UserFacts()
        if let path = self.created {
            facts.created = .known(UserRecord.instant(claims.value(at: path.segments)).instant)
        }
        if let path = self.factors, let value = claims.value(at: path.segments) {
            facts.factors = UserRecord.factors(value)
        }
        return .known(facts)
    }
}
