internal import NIOCore

/// Finds the frames in a stream of HTTP/2 bytes, without what is in them.
struct FrameHeaders {
    /// Bytes of the current frame, or of the preface, that are still to come.
    private var skipped: Int
    private var header: [UInt8] = []

    /// - `preface`: the bytes before the first frame.
    init(preface: Int) {
        self.skipped = preface
    }

    /// Calls `visit` with the type of every frame whose header is complete now.
    mutating func read(_ bytes: ByteBufferView, _ visit: (UInt8) -> Void) {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard self.skipped == 0 else {
                let count = min(self.skipped, rest.count)
                self.skipped -= count
                rest = rest.dropFirst(count)
                continue
            }
            // RFC 9113 section 4.1: 24 bits of length, 8 of type, 8 of flags, 32 of stream.
            let count = min(9 - self.header.count, rest.count)
            self.header += rest.prefix(count)
            rest = rest.dropFirst(count)
            guard self.header.count == 9 else { return }
            self.skipped = self.header.prefix(3).reduce(0) { $0 << 8 | Int($1) }
            visit(self.header[3])
            self.header.removeAll(keepingCapacity: true)
        }
    }
}

/// Stands before HTTP/2 and counts the frames that nobody else counts.
final class FrameWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private static let windowUpdate: UInt8 = 8
    // RFC 9113 section 3.4: the client's first 24 bytes are no frame.
    private var headers = FrameHeaders(preface: 24)
    private var budget: WindowUpdateBudget
    private let exceeded: () -> Void
    private var isDropping = false

    /// - `exceeded`: called when the client has played too many games.
    init(limits: HTTP2Limits, exceeded: @escaping () -> Void) {
        self.budget = WindowUpdateBudget(
            maximum: limits.maximumControlFrames,
            observed: limits.observed
        )
        self.exceeded = exceeded
    }

    func sent(_ bytes: Int) {
        self.budget.sent(bytes)
    }

    /// Whatever comes from now on is of no interest.
    func drop() {
        self.isDropping = true
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isDropping else { return }
        var updates = 0
        self.headers.read(Self.unwrapInboundIn(data).readableBytesView) { kind in
            if kind == Self.windowUpdate { updates += 1 }
        }
        if updates > 0 {
            let now = NIODeadline.now()
            for _ in 0..<updates where !self.budget.receive(at: now) {
                return self.exceeded()
            }
        }
        context.fireChannelRead(data)
    }
}

@available(*, unavailable)
extension FrameWatch: Sendable {}
