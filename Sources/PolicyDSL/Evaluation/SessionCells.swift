/// The sessions that some policies can tell apart, one representative of each class.
///
/// Every predicate of the language is a threshold or a set membership, so it is constant on a
/// cell. Cells are the product of axes; any one of them is made on demand, from its number.
package struct SessionCells: Sendable {
    /// One value on an axis.
    package struct Choice: Sendable {
        /// The value in words.
        package let text: String
        let apply: @Sendable (inout Session) -> Void
        /// Whether the value is a kind of caller, which is worth naming even where all share it.
        let namesCaller: Bool

        init(
            _ text: String,
            namesCaller: Bool = false,
            _ apply: @escaping @Sendable (inout Session) -> Void
        ) {
            self.text = text
            self.namesCaller = namesCaller
            self.apply = apply
        }
    }

    /// The axes; later ones may lean on what earlier ones have set.
    package let axes: [[Choice]]
    /// How many cells there are, `Int.max` where there are more.
    package let count: Int

    /// The cells of `policies` around `now`, which only starts and ends of policies move.
    package init(_ policies: [Policy], around now: Instant) {
        self.init(axes: Mentions(policies).axes(around: now))
    }

    /// The product of `axes`.
    init(axes: [[Choice]]) {
        self.axes = axes
        self.count = self.axes.reduce(1) { count, axis in
            let (product, overflow) = count.multipliedReportingOverflow(by: axis.count)
            return overflow ? .max : product
        }
    }

    /// The representative of cell number `index`, which is below `count`.
    package func session(at index: Int) -> Session {
        let blank = Session(
            principal: .visitor,
            directory: .unknown,
            now: Instant(microseconds: 0)
        )
        return self.session(at: index, from: blank)
    }

    /// What cell number `index` makes of `session`.
    func session(at index: Int, from session: Session) -> Session {
        var session = session
        var rest = index
        for axis in self.axes {
            axis[rest % axis.count].apply(&session)
            rest /= axis.count
        }
        return session
    }

    /// For each axis and choice, what the choice alone makes of `session`.
    func parts(of session: Session) -> [[Session]] {
        self.axes.map { axis in
            axis.map { choice in
                var part = session
                choice.apply(&part)
                return part
            }
        }
    }

    /// For each axis, the number of the value that cell number `index` has there.
    func numbers(at index: Int) -> [Int] {
        var numbers: [Int] = []
        self.find(index, &numbers)
        return numbers
    }

    /// Puts the numbers of the values of cell number `index` in the place of `numbers`.
    func find(_ index: Int, _ numbers: inout [Int]) {
        numbers.removeAll(keepingCapacity: true)
        var rest = index
        for axis in self.axes {
            numbers.append(rest % axis.count)
            rest /= axis.count
        }
    }

    /// The values that make up cell number `index`.
    package func choices(at index: Int) -> [Choice] {
        var rest = index
        return self.axes.map { axis in
            defer { rest /= axis.count }
            return axis[rest % axis.count]
        }
    }

    /// The cells, or `limit` of them spread over all where there are more.
    package func sample(_ limit: Int) -> some Sequence<Session> {
        self.indices(limit).lazy.map { self.session(at: $0) }
    }

    /// The numbers of the cells, or of `limit` of them spread over all where there are more.
    func indices(_ limit: Int) -> some Sequence<Int> {
        let isWhole = self.count <= limit
        let count = UInt64(self.count)
        return (0..<min(limit, self.count)).lazy.map { index in
            // Multiples of the golden ratio spread evenly, whatever the sizes of the axes.
            isWhole ? index : Int(UInt64(index) &* 0x9e37_79b9_7f4a_7c15 % count)
        }
    }
}
