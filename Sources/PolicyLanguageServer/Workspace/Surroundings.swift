package import PolicyDSL

/// What the server cannot know by itself: the files beside a document, and the time.
package struct Surroundings: Sendable {
    /// The `*.policy` files of a folder, path and content, in the order of their names.
    package let policies: @Sendable (_ folder: String) -> [(path: String, bytes: [UInt8])]
    package let now: @Sendable () -> Instant

    package init(
        policies: @escaping @Sendable (_ folder: String) -> [(path: String, bytes: [UInt8])],
        now: @escaping @Sendable () -> Instant
    ) {
        self.policies = policies
        self.now = now
    }
}
