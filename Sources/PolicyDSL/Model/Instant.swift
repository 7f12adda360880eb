/// A point in time with microseconds, counted from 1970-01-01T00:00:00Z.
public struct Instant: Hashable, Sendable {
    /// Microseconds since 1970, leap seconds not counted.
    public var microseconds: Int64

    /// Makes the instant that lies `microseconds` after 1970-01-01T00:00:00Z.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }
}

extension Instant: Comparable {
    /// Whether `left` is earlier than `right`.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.microseconds < right.microseconds
    }
}

extension Instant {
    /// The instant `period` later; the end of representable time where that would be exceeded.
    package func advanced(by period: Period) -> Instant {
        let (sum, overflow) = self.microseconds.addingReportingOverflow(period.microseconds)
        return Instant(microseconds: overflow ? .max : sum)
    }

    /// The instant `period` earlier; the beginning of representable time where that would be
    /// exceeded.
    package func retreated(by period: Period) -> Instant {
        let (rest, overflow) = self.microseconds.subtractingReportingOverflow(period.microseconds)
        return Instant(microseconds: overflow ? .min : rest)
    }

    /// Whether this instant is at most `period` before `now`; one in the future is.
    package func isWithin(_ period: Period, of now: Instant) -> Bool {
        self.advanced(by: period) >= now
    }
}
