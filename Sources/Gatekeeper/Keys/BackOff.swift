internal import NIOCore

/// How long to leave a failing source alone.
enum BackOff {
    private static let first = TimeAmount.seconds(1)
    private static let longest = TimeAmount.seconds(60)

    /// The pause after the `failures`th failure in a row, between half of its length and all of
    /// it as `jitter` goes from 0 to 1, so that many sidecars do not ask in step.
    static func delay(afterFailures failures: Int, jitter: Double) -> TimeAmount {
        let doublings = min(max(failures - 1, 0), 6)
        let full = min(self.first.nanoseconds << doublings, self.longest.nanoseconds)
        return .nanoseconds(full / 2 + Int64(Double(full / 2) * min(max(jitter, 0), 1)))
    }
}
