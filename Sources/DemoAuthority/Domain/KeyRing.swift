internal import TokenSigning
internal import TokenVerify

/// Where a signing key stands in its life.
package enum KeyState: String, Sendable {
    /// Published, so that everybody knows it before it signs.
    case standby
    case inUse = "in_use"
    /// Published, so that what it signed stays good.
    case previouslyUsed = "previously_used"
}

/// The keys of an authority: one signs, the others are published beside it.
struct KeyRing: Sendable {
    struct Entry: Sendable {
        let key: SigningKey
        var state: KeyState

        var keyID: String { self.key.keyID ?? "" }
    }

    private(set) var entries: [Entry]

    init(entries: [Entry]) {
        self.entries = entries
    }

    /// Makes one key that signs and one on standby.
    static func generate() throws -> KeyRing {
        KeyRing(entries: [try Self.entry(.inUse), try Self.entry(.standby)])
    }

    private static func entry(_ state: KeyState) throws -> Entry {
        Entry(key: try .generate(.es256, keyID: try RandomText.uuid()), state: state)
    }

    var signing: SigningKey? { self.entries.first { $0.state == .inUse }?.key }

    /// Signs with the other key from now on; what was signed before stays good.
    mutating func rotate() {
        guard let next = self.entries.firstIndex(where: { $0.state != .inUse }) else { return }
        for index in self.entries.indices where self.entries[index].state == .inUse {
            self.entries[index].state = .previouslyUsed
        }
        self.entries[next].state = .inUse
    }

    /// Ends the trust in the keys that do not sign, and puts a new one on standby.
    mutating func renew() throws {
        self.entries.removeAll { $0.state != .inUse }
        self.entries.append(try Self.entry(.standby))
    }
}
