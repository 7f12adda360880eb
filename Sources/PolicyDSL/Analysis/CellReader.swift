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
    /// The first factors that each choice proves.
    private var signIns: [MethodSet] = []
    /// The numbers of the marks of each policy, by the choices it tells apart; each policy's
    /// begin at its start.
    private var numbers: [Int]
    private var starts: [Int] = []
    private var current: [Int]

    private static let unknown = -1

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
        var columns: [[Int]] = []
        for marks in marks {
            self.starts.append(size)
            columns.append(marks.places(of: parts, in: &size))
        }
        self.places = self.signIns.indices.flatMap { choice in columns.map { $0[choice] } }
        self.numbers = Array(repeating: Self.unknown, count: size)
    }

    /// The signature of cell number `index`, which `choices` make up.
    mutating func signature(ofCell index: Int, _ choices: [Int]) -> Signature {
        self.find(choices)
        var signature = Signature()
        for policy in self.current.indices {
            let place = self.current[policy]
            var marks = self.numbers[place]
            if marks == Self.unknown {
                let session = self.cells.session(at: index, from: self.base)
                marks = self.policies[policy].number(of: session)
                self.numbers[place] = marks
            }
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
    /// What each choice of each axis adds to the place of a session in a table of the sessions
    /// that the policy tells apart; `size` grows by the table's.
    fileprivate func places(of parts: [[Session]], in size: inout Int) -> [Int] {
        var stride = 1
        var places: [Int] = []
        for choices in parts {
            var seen: [ProofReading.Bits: Int] = [:]
            for (choice, part) in choices.enumerated() {
                // Where nobody can say what is told apart, everything is.
                let bits = self.reading?.bits(of: part) ?? ProofReading.Bits(choice)
                let number = seen[bits] ?? seen.count
                seen[bits] = number
                places.append(number * stride)
            }
            stride *= seen.count
        }
        size += stride
        return places
    }
}
