package import JSON

/// A point in time as RFC 7519 section 2 writes it, kept in microseconds.
public struct NumericDate: Hashable, Sendable {
    /// Since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let microseconds: Int64

    /// A time in microseconds since 1970.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// A time in whole seconds since 1970; one too far away to be kept is as far as can be.
    public init(seconds: Int64) {
        let furthest = Int64.max / 1_000_000
        self.microseconds = max(-furthest, min(furthest, seconds)) * 1_000_000
    }
}

extension NumericDate {
    // From 1970 to the end of 9999: what RFC 3339 can write.
    private static let validSeconds: ClosedRange<Int64> = 0...253_402_300_799

    /// The time a number of seconds means; nil outside the years 1970 to 9999.
    package init?(_ value: JSONValue) {
        switch value {
        case .integer(let seconds): self.init(validSeconds: seconds)
        case .real(let seconds): self.init(validSeconds: seconds)
        case .null, .bool, .string, .array, .object: return nil
        }
    }

    init?(_ node: JSONNode) {
        if let seconds = node.integer {
            self.init(validSeconds: seconds)
        } else if let seconds = node.real {
            self.init(validSeconds: seconds)
        } else {
            return nil
        }
    }

    private init?(validSeconds seconds: Int64) {
        guard Self.validSeconds.contains(seconds) else { return nil }
        self.init(seconds: seconds)
    }

    private init?(validSeconds seconds: Double) {
        guard seconds >= 0, seconds < Double(Self.validSeconds.upperBound) + 1 else { return nil }
        self.microseconds = Int64(seconds * 1_000_000)
    }

    func advanced(bySeconds seconds: Int) -> NumericDate {
        let distance = NumericDate(seconds: Int64(seconds)).microseconds
        let (sum, isTooFar) = self.microseconds.addingReportingOverflow(distance)
        return NumericDate(microseconds: isTooFar ? (distance < 0 ? .min : .max) : sum)
    }
}

extension NumericDate: Comparable {
    /// Whether `left` is earlier.
    public static func < (left: NumericDate, right: NumericDate) -> Bool {
        left.microseconds < right.microseconds
    }
}
