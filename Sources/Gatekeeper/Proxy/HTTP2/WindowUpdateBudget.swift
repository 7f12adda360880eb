internal import NIOCore

/// How many WINDOW_UPDATE frames are believed to be about data.
///
/// NIOHTTP2 counts every other kind of frame that costs its receiver more than its sender; these
/// it cannot, since only whoever sends the data knows how many are due.
struct WindowUpdateBudget {
    /// A client that updates more often than once for so many bytes plays games.
    private static let bytesPerUpdate = 256

    private let maximum: Int
    private let observed: TimeAmount
    private var updates = 0
    private var credit = 0
    private var began = NIODeadline.uptimeNanoseconds(0)

    init(maximum: Int, observed: TimeAmount) {
        self.maximum = maximum
        self.observed = observed
    }

    mutating func sent(_ bytes: Int) {
        self.credit += bytes / Self.bytesPerUpdate + 1
    }

    /// Counts one frame; false when they are too many.
    mutating func receive(at now: NIODeadline) -> Bool {
        if now - self.began > self.observed {
            self.began = now
            self.updates = 0
            self.credit = 0
        }
        guard self.credit == 0 else {
            self.credit -= 1
            return true
        }
        self.updates += 1
        return self.updates <= self.maximum
    }
}
