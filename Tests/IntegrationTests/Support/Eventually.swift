/// A condition that was not met in time.
struct NeverHappened: Error, CustomStringConvertible {
    let description: String
}

/// Waits until `condition` is true, looking again every few milliseconds.
func eventually(
    _ what: String,
    within limit: Duration = .seconds(30),
    _ condition: () async throws -> Bool
) async throws {
    _ = try await value(what, within: limit) { try await condition() ? true : nil }
}

/// Waits until `source` has a value.
func value<Value>(
    _ what: String,
    within limit: Duration = .seconds(30),
    _ source: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if let value = try await source() { return value }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw NeverHappened(description: "never happened: \(what)")
}
