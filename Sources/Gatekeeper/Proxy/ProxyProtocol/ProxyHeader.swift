internal import NIOCore

/// What a load balancer says about a connection before its first byte: the PROXY protocol's
/// version 2.
struct ProxyHeader: Equatable, Sendable {
    /// Where the client is; nil where the balancer speaks for itself, or does not know.
    let source: SocketAddress?
    /// Whether the client came to the balancer over TLS.
    let isTLS: Bool

    enum Fault: Error, Equatable {
        case signature
        /// Another version, command or family than the ones that make sense here.
        case unknown
        case length
    }
}

extension ProxyHeader {
    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]
    /// Far more than addresses and any sensible extension.
    private static let maximumLength = 4_096

    /// Takes a header off the beginning of `input`; nil when it is not here in full.
    static func read(from input: inout ByteBuffer) throws(Fault) -> ProxyHeader? {
        let seen = input.readableBytesView.prefix(Self.signature.count)
        guard Self.signature.starts(with: seen) else { throw .signature }
        var rest = input
        rest.moveReaderIndex(forwardBy: seen.count)
        guard let first = rest.readInteger(as: UInt8.self),
            let family = rest.readInteger(as: UInt8.self),
            let length = rest.readInteger(as: UInt16.self)
        else { return nil }
        guard length <= Self.maximumLength else { throw .length }
        guard var body = rest.readSlice(length: Int(length)) else { return nil }
        input = rest
        switch first {
        // LOCAL: the balancer's own connection, whatever follows.
        case 0x20: return ProxyHeader(source: nil, isTLS: false)
        case 0x21: break
        default: throw .unknown
        }
        let source = try Self.source(family, from: &body)
        return ProxyHeader(source: source, isTLS: try Self.saysTLS(&body))
    }

    /// Reads both addresses and keeps the source.
    private static func source(
        _ family: UInt8,
        from body: inout ByteBuffer
    ) throws(Fault) -> SocketAddress? {
        let size: Int
        switch family {
        case 0x00: return nil
        case 0x11: size = 4
        case 0x21: size = 16
        case 0x31:
            // Unix sockets: two paths of 108 bytes, which say nothing about a client.
            guard body.readSlice(length: 216) != nil else { throw .length }
            return nil
        default: throw .unknown
        }
        guard let address = body.readSlice(length: size), body.readSlice(length: size) != nil,
            let port = body.readInteger(as: UInt16.self), body.readInteger(as: UInt16.self) != nil
        else { throw .length }
        return try? SocketAddress(packedIPAddress: address, port: Int(port))
    }

    // Extensions are a type, a length and a value each; one tells of TLS.
    private static func saysTLS(_ body: inout ByteBuffer) throws(Fault) -> Bool {
        var isTLS = false
        while body.readableBytes > 0 {
            guard let kind = body.readInteger(as: UInt8.self),
                let length = body.readInteger(as: UInt16.self),
                let value = body.readSlice(length: Int(length))
            else { throw .length }
            let isOfTLS = kind == 0x20
            if isOfTLS, let flags = value.readableBytesView.first { isTLS = flags & 1 == 1 }
        }
        return isTLS
    }
}
