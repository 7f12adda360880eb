/// Kleene's three values: an Unknown stays Unknown unless the rest decides without it.
package enum Truth: UInt8, Comparable, Sendable {
    case no
    case unknown
    case yes

    package init(_ value: Bool) {
        self = value ? .yes : .no
    }

    package static func < (left: Truth, right: Truth) -> Bool {
        left.rawValue < right.rawValue
    }

    package static func && (left: Truth, right: Truth) -> Truth {
        min(left, right)
    }

    package static func || (left: Truth, right: Truth) -> Truth {
        max(left, right)
    }

    package static prefix func ! (value: Truth) -> Truth {
        switch value {
        case .no: .yes
        case .unknown: .unknown
        case .yes: .no
        }
    }
}

extension Sequence<Truth> {
    /// Whether all hold; of none, they do.
    package var conjunction: Truth { self.reduce(.yes) { $0 && $1 } }

    /// Whether any holds; of none, none does.
    package var disjunction: Truth { self.reduce(.no) { $0 || $1 } }
}
