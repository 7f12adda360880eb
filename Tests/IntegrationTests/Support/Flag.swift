import Synchronization

/// A yes or no that a test and its servers share.
final class Flag: Sendable {
    private let storage: Mutex<Bool>

    init(_ value: Bool) {
        self.storage = Mutex(value)
    }

    var value: Bool {
        get { self.storage.withLock { $0 } }
        set { self.storage.withLock { $0 = newValue } }
    }
}
