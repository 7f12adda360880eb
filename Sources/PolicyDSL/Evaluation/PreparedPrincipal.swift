/// A principal with the questions of one policy set about its token answered.
///
/// It is made once per token and revision, and kept beside the token.
public struct PreparedPrincipal: Sendable {
    private final class Storage: Sendable {
        let principal: Principal
        let program: PolicyProgram.ID
        let token: TokenAnswers

        init(_ principal: Principal, program: PolicyProgram.ID, token: TokenAnswers) {
            self.principal = principal
            self.program = program
            self.token = token
        }
    }

    private let storage: Storage

    init(_ principal: Principal, program: PolicyProgram.ID, filters: [Bool]) {
        let token = TokenAnswers(principal, filters: filters)
        self.storage = Storage(principal, program: program, token: token)
    }

    /// Who asks.
    public var principal: Principal { self.storage.principal }

    /// Identifies the set that was asked.
    var program: PolicyProgram.ID { self.storage.program }

    var token: TokenAnswers { self.storage.token }

    /// Whether both were prepared at once, from one token for one set.
    func isSame(as other: PreparedPrincipal) -> Bool { self.storage === other.storage }
}

/// What a token says, as numbers that nothing has to be unwrapped or counted for.
struct TokenAnswers: Sendable {
    let classes: ClassSet
    let hasDirectoryFacts: Bool
    let isSecondLevel: Bool
    let methods: MethodSet
    private let times: InlineArray<12, Instant>
    private let lastSecondFactor: Instant
    private let secondFactorAt: Instant
    private let signInAt: Instant
    /// One answer per distinct filter on the token, in the order of the program.
    let filters: [Bool]

    init(_ principal: borrowing Principal, filters: [Bool]) {
        self.classes = ClassSet(principal.subjectClass)
        self.hasDirectoryFacts = principal.subjectClass.hasDirectoryFacts
        self.isSecondLevel = principal.assurance == .aal2
        self.methods = principal.proofs.methods
        self.times = InlineArray { index in
            AuthenticationMethod(rawValue: UInt8(index)).flatMap { principal.proofs.time(of: $0) }
                ?? .never
        }
        self.lastSecondFactor = principal.lastSecondFactor ?? .never
        self.secondFactorAt = principal.secondFactorAt ?? .never
        self.signInAt = principal.signInAt ?? .never
        self.filters = filters
    }
}

extension TokenAnswers {
    /// Whether one step of a demand is met.
    ///
    /// `hasFactor` is taken for the answer of the directory to `confirmed`.
    @inline(__always)
    func meets(_ operation: DemandOperation, at now: Instant, hasFactor: Bool) -> Bool {
        switch operation {
        case .secondLevel(let within):
            self.isSecondLevel && self.lastSecondFactor.meets(within, at: now)
        case .confirmedSecondLevel(let within):
            hasFactor && self.isSecondLevel && self.lastSecondFactor.meets(within, at: now)
        case .signIn(let within):
            self.signInAt.meets(within, at: now)
        case .oneMethod(let methods, let within):
            self.provesOne(of: methods, within, at: now)
        case .allMethods(let methods, let within):
            self.provesAll(of: methods, within, at: now)
        case .secondFactorSet(let methods, let within):
            (self.secondFactorAt != .never && self.secondFactorAt.meets(within, at: now))
                || self.provesOne(of: methods, within, at: now)
        case .always, .and, .or:
            true
        case .never:
            false
        }
    }

    private func provesOne(of methods: MethodSet, _ within: Period, at now: Instant) -> Bool {
        var proven = methods.intersection(self.methods).rawValue
        guard within != .unlimited else { return proven != 0 }
        while proven != 0 {
            if self.times[proven.trailingZeroBitCount].meets(within, at: now) { return true }
            proven &= proven - 1
        }
        return false
    }

    private func provesAll(of methods: MethodSet, _ within: Period, at now: Instant) -> Bool {
        guard methods.isSubset(of: self.methods) else { return false }
        guard within != .unlimited else { return true }
        var rest = methods.rawValue
        while rest != 0 {
            guard self.times[rest.trailingZeroBitCount].meets(within, at: now) else { return false }
            rest &= rest - 1
        }
        return true
    }
}

extension Instant {
    /// Stands for a time that nobody knows; no proof carries it.
    fileprivate static let never = Instant(microseconds: .min)

    /// Whether a proof at this time meets `within`.
    fileprivate func meets(_ within: Period, at now: Instant) -> Bool {
        within == .unlimited || (self != .never && self.isWithin(within, of: now))
    }
}
