/// How much JSON one text may hold before it is refused.
package struct JSONLimits: Equatable, Sendable {
    /// The size of the text.
    package var maximumBytes: Int

    /// How deep arrays and objects may nest; a text that is a single scalar has depth 0.
    package var maximumDepth: Int

    /// How many members one object, or elements one array, may hold.
    package var maximumMembers: Int

    package init(maximumBytes: Int, maximumDepth: Int = 32, maximumMembers: Int = 65_536) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
        self.maximumMembers = maximumMembers
    }

    /// One mebibyte: documents from the network and from files.
    package static let standard = JSONLimits(maximumBytes: 1 << 20)
}
