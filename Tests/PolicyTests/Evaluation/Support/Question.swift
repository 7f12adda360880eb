import PolicyDSL

/// One request of one session.
struct Question {
    var request: AccessRequest
    var principal: Principal
    var directory: DirectoryAnswer
    var now = SeededGenerator.now

    init(_ random: inout SeededGenerator) {
        self.request = random.request()
        self.principal = random.principal()
        self.directory = random.directory()
    }

    func decision(of set: PolicySet) -> Decision {
        set.decide(self.request, self.principal, directory: self.directory, now: self.now)
    }

    func decision(of reference: ReferenceEvaluator) -> Decision {
        let session = Session(principal: self.principal, directory: self.directory, now: self.now)
        return reference.decide(self.request, session)
    }

    func consultedFacts(of set: PolicySet) -> FactNeeds {
        set.consultedFacts(set.route(self.request), set.prepare(self.principal), now: self.now)
    }

    func consultedFacts(of reference: ReferenceEvaluator) -> FactNeeds {
        reference.consultedFacts(self.request, self.principal, now: self.now)
    }
}
