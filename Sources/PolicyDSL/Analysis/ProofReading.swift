/// What the demands of a policy read of the proofs in a session, as one bit per question.
///
/// Apart from these bits, who asks, the facts and the moment decide everything. A bit of a
/// session is set where any one of its proofs sets it: the bits of a session are the union of
/// the bits of its parts.
struct ProofReading {
    /// The answers; first factors, as they stand in `MethodSet`, are the lowest twelve.
    typealias Bits = UInt128

    private var levelAges: [Period] = []
    private var signInAges: [Period] = []
    private var methods: MethodSet = []
    private var methodAges: [(AuthenticationMethod, Period)] = []

    /// The questions of a policy; nil where they are too many.
    init?(_ rule: Policy.Rule) {
        for demand in rule.demands {
            self.read(demand)
        }
        let ages = self.levelAges.count + self.signInAges.count + self.methodAges.count
        guard Self.fixedBits + ages <= Bits.bitWidth else { return nil }
    }

    // First factors, proven methods, the level, any entry, any time.
    private static let fixedBits = 12 + 12 + 3

    private mutating func read(_ demand: Demand) {
        switch demand {
        case .secondLevel(_, let within):
            if let within { self.levelAges.append(within) }
        case .signIn(let within):
            self.signInAges.append(within)
        case .methods(let list):
            self.methods.formUnion(list.methods)
            guard let within = list.within else { return }
            self.methodAges += list.methods.methods.map { ($0, within) }
        case .all(let parts), .any(let parts):
            for part in parts {
                self.read(part)
            }
        }
    }

    func bits(of session: Session) -> Bits {
        let principal = session.principal
        var bits = Bits(principal.proofs.methods.intersection(.firstFactor).rawValue)
        bits |= Bits(principal.proofs.methods.intersection(self.methods).rawValue) << 12
        var next = 24
        func add(_ answer: Bool) {
            if answer { bits |= 1 << next }
            next += 1
        }
        func add(_ time: Instant?, _ within: Period) {
            add(time?.isWithin(within, of: session.now) ?? false)
        }
        add(principal.assurance == .aal2)
        add(principal.hasMethodEntries)
        add(principal.hasTimedEntries)
        for within in self.levelAges { add(principal.lastSecondFactor, within) }
        for within in self.signInAges { add(principal.signInAt, within) }
        for (method, within) in self.methodAges { add(principal.proofs.time(of: method), within) }
        return bits
    }
}
