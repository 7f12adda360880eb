/// Tells the answers to a persona's sessions apart, far faster than by making every decision.
struct CellReader {
    /// What is held against a session, and how it was begun: sessions that share it get the same
    /// answer and are sent on the same way.
    struct Signature: Hashable {
        /// The numbers of what the policies hold against the session, one to a byte.
        fileprivate var marks: UInt128 = 0
        /// The same, for policies and numbers that find no place among the bytes.
        fileprivate var moreMarks: [Int] = []
        fileprivate var signIns: MethodSet = []
    }

    private let cells: SessionCells
    private let base: Session
    private let policies: [PolicyMarks]
    /// Where the choices of each axis begin in `places` and `signIns`.
    private var axes: [Int] = []
    /// For each choice and policy, what the choice adds to the place of a session in `numbers`.
    private var places: [Int]
    /// For each choice and policy, what the policy reads of the choice.
    private var bits: [ProofReading.Bits]
    /// The first factors that each choice proves.
    private var signIns: [MethodSet] = []
    /// The numbers of the marks of each policy, by the choices it tells apart; each policy's
    /// begin at its start, which is negative for a policy that has no table.
    private var numbers: [Int]
    private var starts: [Int] = []
    private var current: [Int]

    private static let unknown = -1
    // Policies beyond it are held against one session after the other: a file decides how much a
    // policy tells apart, and must not decide how much memory that takes.
    private static let maximumNumbers = 1 << 20

    /// Reads what the `policies`, which apply to the persona, hold against its sessions.
    init(
        _ policies: [Policy],
        _ persona: Persona,
        _ cells: SessionCells,
        _ memory: inout MarksMemory
    ) {
        let marks = zip(policies, persona.signature.applications).map { policy, application in
            memory.marks(of: policy, application, persona)
        }
        self.cells = cells
        self.base = persona.session
        self.policies = marks
        self.current = Array(repeating: 0, count: marks.count)
        let parts = cells.parts(of: persona.session)
        for axis in parts {
            self.axes.append(self.signIns.count)
            self.signIns += axis.map { $0.principal.proofs.methods.intersection(.firstFactor) }
        }
        var size = 0
        var columns: [(bits: [ProofReading.Bits], places: [Int])] = []
        for marks in marks {
            let bits = parts.map { choices in choices.map { marks.reading?.bits(of: $0) ?? 0 } }
            let table = marks.table(of: bits, limit: Self.maximumNumbers - size)
            self.starts.append(table == nil ? -1 : size)
            size += table?.size ?? 0
            let blank = bits.flatMap { $0.map { _ in 0 } }
            columns.append((bits.flatMap(\.self), table?.places ?? blank))
        }
        self.places = self.signIns.indices.flatMap { choice in
            columns.map { $0.places[choice] }
        }
        self.bits = self.signIns.indices.flatMap { choice in columns.map { $0.bits[choice] } }
        self.numbers = Array(repeating: Self.unknown, count: size)
    }

    /// The signature of cell number `index`, which `choices` make up.
    mutating func signature(ofCell index: Int, _ choices: [Int]) -> Signature {
        self.find(choices)
        var signature = Signature()
        for policy in self.current.indices {
            let marks = self.number(ofCell: index, choices, for: policy)
            if policy < 16, marks < 256 {
                signature.marks |= UInt128(marks) << (8 * policy)
            } else {
                signature.moreMarks += [policy, marks]
            }
        }
        guard signature.marks != 0 || !signature.moreMarks.isEmpty else { return signature }
        for (axis, choice) in choices.enumerated() {
            signature.signIns.formUnion(self.signIns[self.axes[axis] + choice])
        }
        return signature
    }

    /// The number of what `policy` holds against cell number `index`, whose place was found.
    private mutating func number(ofCell index: Int, _ choices: [Int], for policy: Int) -> Int {
        let place = self.current[policy]
        if place >= 0, self.numbers[place] != Self.unknown { return self.numbers[place] }
        var bits: ProofReading.Bits = 0
        for (axis, choice) in choices.enumerated() {
            bits |= self.bits[(self.axes[axis] + choice) * self.current.count + policy]
        }
        let number = self.policies[policy].number(of: bits) {
            self.cells.session(at: index, from: self.base)
        }
        if place >= 0 { self.numbers[place] = number }
        return number
    }

    /// Finds the place of the session for every policy.
    private mutating func find(_ choices: [Int]) {
        let count = self.current.count
        for policy in 0..<count {
            self.current[policy] = self.starts[policy]
        }
        for (axis, choice) in choices.enumerated() {
            let start = (self.axes[axis] + choice) * count
            for policy in 0..<count {
                self.current[policy] += self.places[start + policy]
            }
        }
    }
}

extension PolicyMarks {
    /// A table of the sessions that the policy tells apart by its `bits` of each choice of each
    /// axis: how many there are, and what each choice adds to the place of a session.
    ///
    /// Nil where they are more than `limit`, or nobody can say what is told apart.
    fileprivate func table(
        of bits: [[ProofReading.Bits]],
        limit: Int
    ) -> (size: Int, places: [Int])? {
        guard self.reading != nil else { return nil }
        var stride = 1
        var places: [Int] = []
        for choices in bits {
            var seen: [ProofReading.Bits: Int] = [:]
            for choice in choices {
                let number = seen[choice] ?? seen.count
                seen[choice] = number
                places.append(number * stride)
            }
            stride *= max(1, seen.count)
            guard stride <= limit else { return nil }
        }
        return (stride, places)
    }
}
