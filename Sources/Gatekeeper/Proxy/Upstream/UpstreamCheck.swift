internal import NIOCore

/// A question that is asked of every server from time to time.
struct UpstreamCheck: Sendable {
    var path: String
    var interval: TimeAmount
    var timeout: TimeAmount
    /// Answers in a row that change what is thought of a server.
    var healthyAfter: Int
    var unhealthyAfter: Int
}

/// What a row of answers says about a server.
struct UpstreamVerdict: Equatable {
    private(set) var isUp = true
    private var contrary = 0

    /// Takes one answer in; whether the server is up may change with it.
    mutating func take(_ isGood: Bool, by check: UpstreamCheck) {
        guard isGood != self.isUp else {
            self.contrary = 0
            return
        }
        self.contrary += 1
        guard self.contrary >= (isGood ? check.healthyAfter : check.unhealthyAfter) else { return }
        self.isUp = isGood
        self.contrary = 0
    }
}
