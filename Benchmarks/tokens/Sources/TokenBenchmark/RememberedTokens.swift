import JSON
import TokenSigning

/// The memory of verified tokens that `serve` keeps in each event loop, filled with distinct ones.
final class RememberedTokens {
    /// What stands behind an entry is an object, as in `serve`.
    private final class Session {
        let generation: UInt64 = 1
    }

    private var table = RecentTable<Session>(capacity: 100_000, maximumBytes: 128 << 20)
    private let tokens: [[UInt8]]
    private var next = 0

    init(count: Int, claims: JSONObject) throws {
        let key = SigningKey(secret: [UInt8](repeating: 7, count: 32), keyID: "a")
        self.tokens = try (0..<count).map { number in
            var own = claims
            own["session_id"] = .string("7f1d2b5c-0c0e-4a55-8f44-\(number + 100_000_000_000)")
            return Array(try key.token(claims: own).utf8)
        }
        for token in self.tokens {
            self.table.insert(Session(), for: RecentKey(token[...]))
        }
    }

    /// Looks up the next one.
    func run() -> Bool {
        self.next = self.next + 1 == self.tokens.count ? 0 : self.next + 1
        return self.table.value(for: RecentKey(self.tokens[self.next][...]))?.generation == 1
    }
}
