/// The values that some cells have in common.
struct CommonChoices: Sendable {
    private let cells: SessionCells
    /// The number of the common value on each axis; -1 where the cells disagree.
    private var numbers: [Int]

    /// What a cell has in common with itself: all its choices.
    init(_ cells: SessionCells, _ choices: [Int]) {
        self.cells = cells
        self.numbers = choices
    }

    mutating func join(_ choices: [Int]) {
        for axis in self.numbers.indices where self.numbers[axis] != choices[axis] {
            self.numbers[axis] = -1
        }
    }

    mutating func join(_ other: CommonChoices) {
        for axis in self.numbers.indices where self.numbers[axis] != other.numbers[axis] {
            self.numbers[axis] = -1
        }
    }

    /// The common values in words; what no cell has otherwise goes without saying.
    var words: [String] {
        zip(self.cells.axes, self.numbers).compactMap { axis, number in
            guard number >= 0, axis.count > 1 || axis[0].namesCaller else { return nil }
            return axis[number].text
        }
    }
}

/// Cells that a question does not tell apart, by one of them.
struct CellGroup: Sendable {
    /// The first of them.
    let session: Session
    private let persona: [String]
    private var proofs: CommonChoices
    private(set) var count = 1

    init(session: Session, of persona: Persona, _ proofs: CommonChoices) {
        self.session = session
        self.persona = persona.common.words
        self.proofs = proofs
    }

    mutating func join(_ choices: [Int]) {
        self.proofs.join(choices)
        self.count += 1
    }

    /// Takes in another group of the same persona.
    mutating func join(_ other: CellGroup) {
        self.proofs.join(other.proofs)
        self.count += other.count
    }

    /// What the sessions have in common, in words.
    var words: [String] { self.persona + self.proofs.words }

    /// What the sessions have in common, as a reader would list it.
    var description: String { Self.text(self.words) }

    static func text(_ words: [String]) -> String {
        words.sorted { Self.rank($0) < Self.rank($1) }.joined(separator: ", ")
    }

    // Who, then how strong, then the rest, the moment last.
    private static func rank(_ word: String) -> (Int, String) {
        if SubjectClass.allCases.contains(where: { word.hasPrefix($0.word) }) { return (0, word) }
        if word.hasPrefix("aal") { return (1, word) }
        return (word.hasPrefix("at ") ? 3 : 2, word)
    }
}

/// How many cells an analysis may still look at.
struct CellBudget: Sendable {
    var rest: Int
    private(set) var looked = 0
    private(set) var isExhausted = false

    init(_ cells: Int) {
        self.rest = cells
    }

    /// Takes up to `count` cells; fewer where the budget ends.
    mutating func take(_ count: Int) -> Int {
        let taken = min(count, max(self.rest, 1))
        if taken < count { self.isExhausted = true }
        self.rest -= taken
        self.looked += taken
        return taken
    }
}

extension Persona {
    /// The sessions of the persona, those that get the same answer taken together.
    func groups(
        among policies: [Policy],
        budget: inout CellBudget,
        memory: inout MarksMemory
    ) -> [CellGroup] {
        let applying = self.applying.map { policies[$0] }
        let isAnonymous = self.session.principal.subjectClass == .visitor
        let cells = SessionCells(axes: isAnonymous ? [] : Mentions(applying).proofAxes)
        var reader = CellReader(applying, self, cells, &memory)
        var numbers: [CellReader.Signature: Int] = [:]
        var groups: [CellGroup] = []
        var choices: [Int] = []
        for index in cells.indices(budget.take(cells.count)) {
            cells.find(index, &choices)
            let signature = reader.signature(ofCell: index, choices)
            if let number = numbers[signature] {
                groups[number].join(choices)
            } else {
                numbers[signature] = groups.count
                let session = cells.session(at: index, from: self.session)
                let common = CommonChoices(cells, choices)
                groups.append(CellGroup(session: session, of: self, common))
            }
        }
        return groups
    }
}
