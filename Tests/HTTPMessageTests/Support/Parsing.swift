import HTTPMessage

/// Parses text, or bytes, as one request head that is here in full.
func parse(_ text: String, limit: Int = 32 * 1024) throws(RequestRejection) -> RequestHead? {
    try parse(Array(text.utf8), limit: limit)
}

func parse(_ bytes: [UInt8], limit: Int = 32 * 1024) throws(RequestRejection) -> RequestHead? {
    var parser = RequestHeadParser(limit: limit)
    var head = RequestHead()
    guard try parser.parse(bytes.span, into: &head) != nil else { return nil }
    return head
}

/// The rejection that a head gets, or nil when it is served or incomplete.
func rejection(of text: String, limit: Int = 32 * 1024) -> RequestRejection? {
    rejection(of: Array(text.utf8), limit: limit)
}

func rejection(of bytes: [UInt8], limit: Int = 32 * 1024) -> RequestRejection? {
    do throws(RequestRejection) {
        _ = try parse(bytes, limit: limit)
        return nil
    } catch {
        return error
    }
}

/// A GET with `target` and the least that HTTP/1.1 asks for.
func get(_ target: String, _ fields: String...) -> String {
    "GET \(target) HTTP/1.1\r\nHost: app.example\r\n"
        + fields.map { $0 + "\r\n" }.joined() + "\r\n"
}

extension RequestForwarding {
    static func fixture(
        identity: String = "X-Gatekeeper-Class: visitor\r\n",
        peer: String = "192.0.2.7"
    ) -> Self {
        Self(
            identity: Array(identity.utf8),
            decision: DecisionID(high: 1, low: 2),
            origin: .stranger(lines: forwardedLines(peer: Array(peer.utf8), isTLS: false))
        )
    }
}

extension RequestHead {
    func forwarded(_ forwarding: RequestForwarding = .fixture()) -> String {
        var out: [UInt8] = []
        self.append(forwarding: forwarding, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    var pathText: String { self.text(self.path) }
}

/// A small generator, so that a property fails the same way every time.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var word = self.state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
