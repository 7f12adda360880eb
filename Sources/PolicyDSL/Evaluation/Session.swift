/// Who asks, what the directory says about them, and when: all that a demand is held against.
package struct Session: Sendable {
    package var principal: Principal
    package var directory: DirectoryAnswer
    package var now: Instant

    package init(principal: Principal, directory: DirectoryAnswer, now: Instant) {
        self.principal = principal
        self.directory = directory
        self.now = now
    }
}

extension Session {
    /// The directory's facts; visitors and services are known to have none.
    var facts: UserFacts {
        guard self.principal.subjectClass.hasDirectoryFacts else {
            return UserFacts(created: .known(nil), factors: .known(FactorCounts()))
        }
        return self.directory.facts
    }

    /// The facts among `needs` that the directory did not answer.
    func unanswered(_ needs: FactNeeds) -> FactNeeds {
        var unknown: FactNeeds = []
        if case .unknown = self.facts.created { unknown.insert(.created) }
        if case .unknown = self.facts.factors { unknown.insert(.factors) }
        return needs.intersection(unknown)
    }

    /// Why the directory refuses the user, if it does.
    var refusal: RefusedUser? {
        switch self.directory {
        case .refused(let refusal): refusal
        case .unknown, .known: nil
        }
    }
}
