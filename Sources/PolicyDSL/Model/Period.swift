/// A length of time as the language writes it: `within 15 minutes`, `grace 14 days`.
package struct Period: Hashable, Sendable {
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Makes a period of `seconds`; the longest representable one where that would be exceeded.
    package init(seconds: Int) {
        let (product, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000)
        self.microseconds = overflow ? .max : product
    }
}

extension Period: Comparable {
    package static func < (left: Period, right: Period) -> Bool {
        left.microseconds < right.microseconds
    }
}

extension Period: CustomStringConvertible {
    /// The period in its largest whole unit, as the language would write it.
    package var description: String {
        let seconds = self.microseconds / 1_000_000
        let units: [(name: String, seconds: Int64)] = [
            ("day", 86_400), ("hour", 3_600), ("minute", 60),
        ]
        let unit = units.first { seconds % $0.seconds == 0 } ?? ("second", 1)
        let count = seconds / unit.seconds
        return "\(count) \(unit.name)\(count == 1 ? "" : "s")"
    }
}
