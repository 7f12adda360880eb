internal import ArgumentParser

/// How a run ended, for scripts; the same whatever the format.
enum ExitStatus: Int32, Sendable {
    case fine = 0
    /// Wrong usage, input or output that failed, a fault of ours.
    case failed = 1
    /// The decision is not allow; the token is not valid.
    case refused = 2
    /// A policy or the configuration is invalid.
    case invalid = 3
    /// Findings at the threshold.
    case findings = 4
    case testsFailed = 5

    /// Ends the command with this status; everything was printed already.
    var exit: ExitCode { ExitCode(self.rawValue) }
}

/// Something the user asked for that cannot be done, in a sentence that says what to do.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    var status = ExitStatus.failed

    init(_ description: String, status: ExitStatus = .failed) {
        self.description = description
        self.status = status
    }
}
