/// The methods a route names, as bits that a request's own bits are held against.
package struct VerbSet: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    package static let get = VerbSet(rawValue: 1 << 0)
    package static let head = VerbSet(rawValue: 1 << 1)
    package static let post = VerbSet(rawValue: 1 << 2)
    package static let put = VerbSet(rawValue: 1 << 3)
    package static let patch = VerbSet(rawValue: 1 << 4)
    package static let delete = VerbSet(rawValue: 1 << 5)
    package static let options = VerbSet(rawValue: 1 << 6)
    /// Every method the language has no word for, and any other spelling of one that it has.
    package static let other = VerbSet(rawValue: 1 << 7)
    /// A request to change protocols, whatever its method: a read and a write.
    package static let upgrade = VerbSet(rawValue: 1 << 8)

    package static let reads: VerbSet = [.get, .head, .upgrade]
    package static let writes: VerbSet = [.post, .put, .patch, .delete, .other, .upgrade]
    package static let any: VerbSet = [.reads, .writes, .options]
}

extension VerbSet {
    /// The bits of one request: its method, compared byte for byte, and `upgrade`.
    package init(method: Span<UInt8>, isUpgrade: Bool) {
        let verb = Self.verb(packedWord(method))
        self = isUpgrade ? [verb, .upgrade] : verb
    }

    /// The bits of one request: its method, compared byte for byte, and `upgrade`.
    package init(method: String, isUpgrade: Bool) {
        let verb = Self.verb(packedWord(method))
        self = isUpgrade ? [verb, .upgrade] : verb
    }

    // The length, then the ASCII codes of the method.
    private static func verb(_ word: UInt64) -> VerbSet {
        switch word {
        case 0x347_4554: .get
        case 0x4_4845_4144: .head
        case 0x4_504f_5354: .post
        case 0x350_5554: .put
        case 0x550_4154_4348: .patch
        case 0x6_4445_4c45_5445: .delete
        case 0x74f_5054_494f_4e53: .options
        default: .other
        }
    }

    /// Whether a request with the bits of `request` is one of these methods.
    package func matches(_ request: VerbSet) -> Bool {
        !self.isDisjoint(with: request)
    }
}

/// One `on` clause or the part after `to`: a method, a path and a host that must all fit.
package struct RouteMatcher: Hashable, Sendable {
    package var verbs: VerbSet
    /// Any one is enough; empty means every path.
    package var paths: [PathPattern]
    /// Any one is enough; empty means every host.
    package var hosts: [HostPattern]

    package init(
        verbs: VerbSet = .any,
        paths: [PathPattern] = [],
        hosts: [HostPattern] = []
    ) {
        self.verbs = verbs
        self.paths = paths
        self.hosts = hosts
    }
}

extension VerbSet: CustomStringConvertible {
    /// The verbs in the words of the language.
    package var description: String {
        var rest = self
        var words: [String] = []
        for (word, verbs) in Self.words where rest.isSuperset(of: verbs) {
            words.append(word)
            rest.subtract(verbs)
        }
        return words.joined(separator: ", ")
    }

    private static let words: [(String, VerbSet)] = [
        ("any", .any), ("reads", .reads), ("writes", .writes), ("GET", .get), ("HEAD", .head),
        ("POST", .post), ("PUT", .put), ("PATCH", .patch), ("DELETE", .delete),
        ("OPTIONS", .options),
    ]
}

extension RouteMatcher: CustomStringConvertible {
    /// The route in the words of the language, with its lists in order.
    package var description: String {
        let paths = self.paths.map(\.description).sorted().joined(separator: ", ")
        let hosts = self.hosts.map(\.description).sorted().joined(separator: ", ")
        let needsVerb = self.verbs != .any || (paths.isEmpty && hosts.isEmpty)
        let parts = [
            needsVerb ? self.verbs.description : "", paths, hosts.isEmpty ? "" : "at \(hosts)",
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: " ")
    }
}

/// The length and up to seven bytes as one number; longer words name no known method.
private func packedWord(_ bytes: Span<UInt8>) -> UInt64 {
    guard bytes.count <= 7 else { return 0 }
    var word = UInt64(bytes.count)
    for index in bytes.indices {
        word = word << 8 | UInt64(bytes[index])
    }
    return word
}

private func packedWord(_ text: String) -> UInt64 {
    let bytes = text.utf8
    guard bytes.count <= 7 else { return 0 }
    return bytes.reduce(UInt64(bytes.count)) { $0 << 8 | UInt64($1) }
}
