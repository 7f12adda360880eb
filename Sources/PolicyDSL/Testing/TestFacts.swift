/// What a test says about the caller; what it does not say is absent, or Unknown in the directory.
package struct TestFacts: Equatable, Sendable {
    package var subjectClass: SubjectClass = .user
    package var level: AssuranceLevel?
    /// How long ago each method was proven; nil where the token does not tell.
    package var methods: [AuthenticationMethod: Period?] = [:]
    package var role: String?
    package var id: String?
    package var claims: [ClaimPath: [String]] = [:]
    package var created: Instant?
    package var factors: FactorCounts?
    /// Whether the directory does not know the user.
    package var isUnknownUser = false
}

extension TestFacts {
    /// The principal that the token of a request at `now` would make.
    package func principal(at now: Instant) -> Principal {
        var proofs = Proofs()
        var signIn: Instant?
        for (method, ago) in self.methods {
            let time = ago.map { Instant(microseconds: now.microseconds - $0.microseconds) }
            proofs.insert(method, at: time)
            guard let time, MethodSet.firstFactor.contains(method) else { continue }
            signIn = max(signIn ?? time, time)
        }
        return Principal(
            self.subjectClass,
            assurance: self.level ?? .aal1,
            proofs: proofs,
            signInAt: signIn,
            hasMethodEntries: !self.methods.isEmpty,
            hasTimedEntries: self.methods.values.contains { $0 != nil },
            canBeUpgraded: self.subjectClass != .service,
            role: self.role,
            id: self.id,
            claims: self.claims
        )
    }

    /// What the directory would answer.
    package var directory: DirectoryAnswer {
        if self.isUnknownUser { return .refused(.userNotFound) }
        guard self.created != nil || self.factors != nil else { return .unknown }
        return .known(
            UserFacts(
                created: self.created.map { .known($0) } ?? .unknown,
                factors: self.factors.map { .known($0) } ?? .unknown
            )
        )
    }
}

extension TestFacts {
    /// What a fact speaks of; within one list each is said once.
    enum Topic: Hashable {
        case subjectClass
        case level
        case role
        case id
        case created
        case factors
        case user
    }

    /// Joins `fact` to what is known; a later list overrides what an earlier one said.
    mutating func join(_ statement: FactSyntax.Statement) {
        switch statement {
        case .noToken: self = TestFacts(subjectClass: .visitor, directoryOf: self)
        case .guest: self.subjectClass = .guest
        case .service(let name):
            self.subjectClass = .service
            if let name { self.id = name.value }
        case .unknownUser: self.isUnknownUser = true
        case .created(let instant): self.learn { $0.created = instant.value.value }
        case .noFactors: self.learn { $0.factors = FactorCounts() }
        case .factors(let types): self.learn { $0.factors = FactorCounts(types.map(\.value)) }
        case .level(let level): self.level = level
        case .method(let method, let ago):
            self.methods.updateValue(ago?.value.period, forKey: method.value)
        case .role(let role): self.role = role.value
        case .id(let id): self.id = id.value
        case .claim(let path, let value):
            self.claims[path.value, default: []].append(value.value)
        }
    }

    private mutating func learn(_ fact: (inout TestFacts) -> Void) {
        self.isUnknownUser = false
        fact(&self)
    }

    /// A caller without a token, about whom the directory says what it said before.
    private init(subjectClass: SubjectClass, directoryOf other: TestFacts) {
        self.init(
            subjectClass: subjectClass,
            created: other.created,
            factors: other.factors,
            isUnknownUser: other.isUnknownUser
        )
    }
}

extension FactSyntax.Statement {
    /// What the statement speaks of, where it may be said once only.
    var topics: [TestFacts.Topic] {
        switch self {
        case .noToken, .guest: [.subjectClass]
        case .service(let name): name == nil ? [.subjectClass] : [.subjectClass, .id]
        case .unknownUser: [.user, .created, .factors]
        case .created: [.created]
        case .noFactors, .factors: [.factors]
        case .level: [.level]
        case .role: [.role]
        case .id: [.id]
        case .method, .claim: []
        }
    }

    /// Whether only a token can say it.
    var needsToken: Bool {
        switch self {
        case .level, .method, .role, .id, .claim: true
        case .noToken, .guest, .service, .unknownUser, .created, .noFactors, .factors: false
        }
    }
}

extension FactorCounts {
    fileprivate init(_ types: [FactorType]) {
        self.init()
        for type in types { self[type] += 1 }
    }
}
