internal import NIOCore
internal import Synchronization
internal import TokenVerify

/// The keys of one issuer at one moment.
final class KeySnapshot: Sendable {
    /// Different for every change, in the whole process; whatever was derived from another
    /// generation is void.
    let generation: UInt64
    let keys: JSONWebKeySet
    /// Whether every source has answered: only then is an unknown key ID the token's fault.
    let isComplete: Bool

    init(generation: UInt64, keys: JSONWebKeySet, isComplete: Bool) {
        self.generation = generation
        self.keys = keys
        self.isComplete = isComplete
    }

    /// Whether any token could be verified.
    var isUsable: Bool { !self.keys.isEmpty }

    private static let counter = Atomic<UInt64>(1)

    static func nextGeneration() -> UInt64 {
        Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
    }
}

/// What `gatekeeper keys`, the metrics and the log show of one issuer's keys.
struct KeySetStatus: Sendable {
    let issuer: String
    let source: String
    let keys: [KeyInfo]
    let skipped: [SkippedKey]
    /// When the set in use was fetched or read; nil before the first.
    let fetchedAt: NIODeadline?
    /// When it is asked for again; nil while a fetch runs, and for sources that never change.
    let nextFetch: NIODeadline?
    var lastFailure: KeySetFailure?
}
