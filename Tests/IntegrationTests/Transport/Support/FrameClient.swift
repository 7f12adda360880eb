import NIOCore
import NIOHPACK

/// An HTTP/2 client with prior knowledge that sends and sees single frames.
struct FrameClient {
    let raw: RawClient

    /// What a stream was answered.
    struct Answer {
        var fields: [(String, String)] = []
        var trailers: [(String, String)] = []
        var body = ""
        var hasEnded = false
        var resetCode: UInt32?

        var status: String { self[":status"] ?? "" }

        subscript(name: String) -> String? { self.fields.first { $0.0 == name }?.1 }
    }

    static func connect(
        to address: SocketAddress,
        settings: WireFrame = .settings()
    ) async throws -> FrameClient {
        let client = FrameClient(raw: try await RawClient.connect(to: address))
        try await client.raw.send(WireFrame.preface + settings.bytes)
        return client
    }

    func send(_ frames: WireFrame...) async throws {
        try await self.raw.send(frames.flatMap(\.bytes))
    }

    var frames: [WireFrame] { WireFrame.all(in: self.raw.receivedBytes) }

    /// How many bytes of data the server has let a stream send in all; stream 0 is all of them.
    func window(of stream: UInt32, initially: Int = 65_535) -> Int {
        self.frames.filter { $0.kind == .windowUpdate && $0.stream == stream }
            .reduce(initially) { $0 + Int($1.word()) }
    }

    /// How many bytes of all bodies have come.
    var dataBytes: Int {
        self.frames.filter { $0.kind == .data }.reduce(0) { $0 + $1.payload.count }
    }

    /// The code of the last GOAWAY.
    var goAwayCode: UInt32? { self.frames.last { $0.kind == .goAway }?.word(at: 4) }

    /// Everything that came for a stream, so far.
    func answer(on stream: UInt32) throws -> Answer {
        var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
        var answer = Answer()
        for frame in self.frames {
            // Sections of other streams change the table too.
            if frame.kind == .headers {
                var section = ByteBuffer(bytes: frame.payload)
                let fields = try decoder.decodeHeaders(from: &section).map { ($0.name, $0.value) }
                guard frame.stream == stream else { continue }
                if answer.fields.isEmpty || answer.status.hasPrefix("1") {
                    answer.fields = fields
                } else {
                    answer.trailers = fields
                }
            }
            guard frame.stream == stream else { continue }
            switch frame.kind {
            case .data: answer.body += String(decoding: frame.payload, as: UTF8.self)
            case .reset: answer.resetCode = frame.word()
            default: break
            }
            let isMessage = frame.kind == .data || frame.kind == .headers
            if isMessage, frame.flags & WireFrame.endStream != 0 { answer.hasEnded = true }
        }
        return answer
    }

    /// Waits until a stream is over.
    func finished(_ stream: UInt32) async throws -> Answer {
        try await value("stream \(stream) ends; so far \(self.frames)") {
            let answer = try self.answer(on: stream)
            return answer.hasEnded || answer.resetCode != nil ? answer : nil
        }
    }

    /// Waits for GOAWAY and the end of the connection, and answers with its code.
    func goodbye() async throws -> UInt32 {
        try await eventually("the connection is closed") { self.raw.hasEnded }
        guard let code = self.goAwayCode else {
            throw NeverHappened(description: "closed without GOAWAY")
        }
        return code
    }

    func close() async throws {
        try await self.raw.close()
    }
}

/// The fields of a GET.
func http2Get(_ path: String, _ fields: (String, String)...) -> [(String, String)] {
    [(":method", "GET"), (":scheme", "http"), (":authority", "app.example"), (":path", path)]
        + fields
}

/// The fields of a POST.
func http2Post(_ path: String, _ fields: (String, String)...) -> [(String, String)] {
    [(":method", "POST"), (":scheme", "http"), (":authority", "app.example"), (":path", path)]
        + fields
}
