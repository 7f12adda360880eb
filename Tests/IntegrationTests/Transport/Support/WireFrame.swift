import NIOCore
import NIOHPACK

/// One HTTP/2 frame as bytes: what a client that keeps to no rule can send.
struct WireFrame: Sendable {
    enum Kind: UInt8, Sendable {
        case data = 0
        case headers = 1
        case priority = 2
        case reset = 3
        case settings = 4
        case pushPromise = 5
        case ping = 6
        case goAway = 7
        case windowUpdate = 8
        case continuation = 9
    }

    static let endStream: UInt8 = 1
    static let acknowledged: UInt8 = 1
    static let endHeaders: UInt8 = 4

    let kind: Kind
    var flags: UInt8 = 0
    var stream: UInt32 = 0
    var payload: [UInt8] = []

    var bytes: [UInt8] {
        let length = UInt32(self.payload.count)
        return [UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF)]
            + [self.kind.rawValue, self.flags] + Self.word(self.stream) + self.payload
    }

    static func word(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(number >> $0 & 0xFF) }
    }

    /// The 32-bit number at the beginning, or behind it.
    func word(at offset: Int = 0) -> UInt32 {
        self.payload.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}

extension WireFrame {
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    static func settings(_ values: (UInt16, UInt32)...) -> WireFrame {
        WireFrame(
            kind: .settings,
            payload: values.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] + Self.word($1) }
        )
    }

    static let settingsAcknowledged = WireFrame(kind: .settings, flags: Self.acknowledged)

    /// A whole field section, each field a literal without any compression.
    static func headers(
        _ stream: UInt32,
        _ fields: [(String, String)],
        ends: Bool = true
    ) -> WireFrame {
        WireFrame(
            kind: .headers,
            flags: Self.endHeaders | (ends ? Self.endStream : 0),
            stream: stream,
            payload: Self.section(fields)
        )
    }

    static func data(_ stream: UInt32, _ text: String, ends: Bool = true) -> WireFrame {
        WireFrame(
            kind: .data,
            flags: ends ? Self.endStream : 0,
            stream: stream,
            payload: Array(text.utf8)
        )
    }

    static func reset(_ stream: UInt32, _ code: UInt32 = 8) -> WireFrame {
        WireFrame(kind: .reset, stream: stream, payload: Self.word(code))
    }

    static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> WireFrame {
        WireFrame(kind: .windowUpdate, stream: stream, payload: Self.word(increment))
    }

    // RFC 7541 section 6.2.2, names and values as they are.
    static func section(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { name, value in
            [0] + Self.string(Array(name.utf8)) + Self.string(Array(value.utf8))
        }
    }

    private static func string(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var prefix: [UInt8] = [127]
        var rest = bytes.count - 127
        while rest >= 128 {
            prefix.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        return prefix + [UInt8(rest)] + bytes
    }

    /// The whole frames at the beginning of `bytes`.
    static func all(in bytes: [UInt8]) -> [WireFrame] {
        var frames: [WireFrame] = []
        var rest = bytes[...]
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            guard rest.count >= 9 + length else { break }
            let stream = head[5...].reduce(0) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
            if let kind = Kind(rawValue: head[3]) {
                let payload = Array(rest.dropFirst(9).prefix(length))
                frames.append(
                    WireFrame(kind: kind, flags: head[4], stream: stream, payload: payload)
                )
            }
            rest = rest.dropFirst(9 + length)
        }
        return frames
    }
}
