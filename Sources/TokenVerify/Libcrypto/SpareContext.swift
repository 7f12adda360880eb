internal import Synchronization

/// A context of libcrypto's that whoever used it last has left for the next.
///
/// In use it belongs to one caller alone; who finds none makes another.
@safe struct SpareContext: ~Copyable {
    private let place = unsafe Atomic<OpaquePointer?>(nil)
    private let free: @Sendable (OpaquePointer?) -> Void

    init(freedBy free: @escaping @Sendable (OpaquePointer?) -> Void) {
        unsafe self.free = free
    }

    deinit {
        unsafe self.free(self.place.exchange(nil, ordering: .acquiring))
    }

    /// What `body` makes of a context; nil where none could be made.
    func use<Result>(
        orMake make: @autoclosure () -> OpaquePointer?,
        _ body: (OpaquePointer) -> Result
    ) -> Result? {
        let spare = unsafe self.place.exchange(nil, ordering: .acquiring)
        guard let context = unsafe spare ?? make() else { return nil }
        defer { unsafe self.free(self.place.exchange(context, ordering: .acquiringAndReleasing)) }
        return unsafe body(context)
    }
}
