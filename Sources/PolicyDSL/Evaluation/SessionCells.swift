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

        init(_ text: String, _ apply: @escaping @Sendable (inout Session) -> Void) {
            self.text = text
            self.apply = apply
        }
    }

    /// The axes; later ones may lean on what earlier ones have set.
    package let axes: [[Choice]]
    /// How many cells there are, `Int.max` where there are more.
    package let count: Int

    /// The cells of `policies` around `now`, which only starts and ends of policies move.
    package init(_ policies: [Policy], around now: Instant) {
        let mentions = Mentions(policies)
        self.axes = mentions.axes(around: now)
        self.count = self.axes.reduce(1) { count, axis in
            let (product, overflow) = count.multipliedReportingOverflow(by: axis.count)
            return overflow ? .max : product
        }
    }

    /// The representative of cell number `index`, which is below `count`.
    package func session(at index: Int) -> Session {
        var session = Session(
            principal: .visitor,
            directory: .unknown,
            now: Instant(microseconds: 0)
        )
        for choice in self.choices(at: index) {
            choice.apply(&session)
        }
        return session
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
        let indices = 0..<min(limit, self.count)
        let isWhole = self.count <= limit
        return indices.lazy.map { index in
            // Multiples of the golden ratio spread evenly, whatever the sizes of the axes.
            let spread = UInt64(index) &* 0x9e37_79b9_7f4a_7c15 % UInt64(self.count)
            return self.session(at: isWhole ? index : Int(spread))
        }
    }
}
