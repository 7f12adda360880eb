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
        self.principal.subjectClass.hasDirectoryFacts ? self.directory.facts : .none
    }
}

extension UserFacts {
    /// What is known of those whom no directory knows.
    static let none = UserFacts(created: .known(nil), factors: .known(FactorCounts()))

    /// The facts among `needs` that are Unknown.
    func unanswered(_ needs: FactNeeds) -> FactNeeds {
        var unknown: FactNeeds = []
        if case .unknown = self.created { unknown.insert(.created) }
        if case .unknown = self.factors { unknown.insert(.factors) }
        return needs.intersection(unknown)
    }
}

extension DirectoryAnswer {
    /// Why the directory refuses the user, if it does.
    var refusal: RefusedUser? {
        switch self {
        case .refused(let refusal): refusal
        case .unknown, .known: nil
        }
    }
}
