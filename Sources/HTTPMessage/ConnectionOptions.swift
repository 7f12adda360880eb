/// What the `Connection` fields of one head ask for (RFC 9110 section 7.6.1).
struct ConnectionOptions {
    /// More nominations than any honest client makes; each costs a comparison per field.
    private static let maximumNominations = 32

    private(set) var closes = false
    private(set) var keepsAlive = false
    private(set) var upgrades = false
    private var nominations = 0

    var nominatesFields: Bool { self.nominations > 0 }

    /// Adds one field's options; false when they are too many.
    mutating func read(_ value: ByteRange, of bytes: Span<UInt8>) -> Bool {
        var options = self
        bytes.forEachListElement(in: value) { option in
            if bytes.spells("close", in: option) {
                options.closes = true
            } else if bytes.spells("keep-alive", in: option) {
                options.keepsAlive = true
            } else if bytes.spells("upgrade", in: option) {
                options.upgrades = true
            } else {
                options.nominations += 1
            }
            return options.nominations <= Self.maximumNominations
        }
        self = options
        return self.nominations <= Self.maximumNominations
    }
}

extension Span where Element == UInt8 {
    /// Whether one of the `Connection` fields names `name`.
    func nominates(_ name: ByteRange, in fields: [HeadField]) -> Bool {
        var found = false
        for field in fields where field.known == .connection && !found {
            self.forEachListElement(in: field.value) { option in
                found = self.matches(option, name)
                return !found
            }
        }
        return found
    }
}
