/// A principal with the questions of one policy set about its token answered.
///
/// It is made once per token and revision, and kept beside the token.
public struct PreparedPrincipal: Sendable {
    /// Who asks.
    public let principal: Principal
    /// Identifies the set that was asked.
    let program: PolicyProgram.ID
    /// One answer per distinct filter on the token, in the order of the program.
    let answers: [Bool]
    let times: InlineArray<12, Instant>
    let lastSecondFactor: Instant
    let secondFactorAt: Instant
    let signInAt: Instant

    init(_ principal: Principal, program: PolicyProgram.ID, answers: [Bool]) {
        self.principal = principal
        self.program = program
        self.answers = answers
        self.times = InlineArray { index in
            AuthenticationMethod(rawValue: UInt8(index)).flatMap { principal.proofs.time(of: $0) }
                ?? .never
        }
        self.lastSecondFactor = principal.lastSecondFactor ?? .never
        self.secondFactorAt = principal.secondFactorAt ?? .never
        self.signInAt = principal.signInAt ?? .never
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

extension PreparedPrincipal {
    /// Whether the demands that `operations` spell out are met, all taken together.
    ///
    /// `hasFactor` is taken for the answer of the directory to `confirmed`.
    func meets(
        _ operations: ArraySlice<DemandOperation>,
        at now: Instant,
        hasFactor: Bool
    ) -> Bool {
        // INVARIANT: the compiler refuses what needs more than 64 values at a time.
        var stack: UInt64 = 0
        for index in operations.indices {
            switch operations[index] {
            case .and:
                stack = (stack >> 1) & (stack | ~1)
            case .or:
                stack = (stack >> 1) | (stack & 1)
            case .secondLevel, .confirmedSecondLevel, .signIn, .oneMethod, .allMethods,
                .secondFactorSet, .always, .never:
                let isMet = self.meets(operations[index], at: now, hasFactor: hasFactor)
                stack = stack << 1 | (isMet ? 1 : 0)
            }
        }
        return stack & 1 == 1
    }

    private func meets(_ operation: DemandOperation, at now: Instant, hasFactor: Bool) -> Bool {
        switch operation {
        case .secondLevel(let within):
            self.principal.assurance == .aal2 && self.lastSecondFactor.meets(within, at: now)
        case .confirmedSecondLevel(let within):
            hasFactor && self.principal.assurance == .aal2
                && self.lastSecondFactor.meets(within, at: now)
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
        var proven = methods.intersection(self.principal.proofs.methods).rawValue
        guard within != .unlimited else { return proven != 0 }
        while proven != 0 {
            if self.times[proven.trailingZeroBitCount].meets(within, at: now) { return true }
            proven &= proven - 1
        }
        return false
    }

    private func provesAll(of methods: MethodSet, _ within: Period, at now: Instant) -> Bool {
        guard methods.isSubset(of: self.principal.proofs.methods) else { return false }
        guard within != .unlimited else { return true }
        var rest = methods.rawValue
        while rest != 0 {
            guard self.times[rest.trailingZeroBitCount].meets(within, at: now) else { return false }
            rest &= rest - 1
        }
        return true
    }
}
