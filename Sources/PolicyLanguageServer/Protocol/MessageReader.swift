/// Cuts the bytes of a connection into messages (LSP 3.17, base protocol).
struct MessageReader {
    enum Event: Equatable {
        case message([UInt8])
        /// A message that is passed over; the next one can still be read.
        case refused(String)
        /// Nobody can tell where the next message begins.
        case lost(String)
    }

    private enum State {
        case header
        case body(Int)
        case passingOver(Int)
        case lost
    }

    /// The longest message that is read; documents have at most 1 MiB.
    static let longestMessage = 16 << 20
    private static let longestHeader = 4 << 10

    private var state = State.header
    private var buffer: [UInt8] = []

    mutating func append(_ bytes: [UInt8]) {
        self.buffer += bytes
    }

    /// What the bytes so far amount to; nil where more are needed.
    mutating func next() -> Event? {
        switch self.state {
        case .lost: return nil
        case .header: return self.readHeader()
        case .body(let length):
            guard self.buffer.count >= length else { return nil }
            let message = Array(self.buffer.prefix(length))
            self.buffer.removeFirst(length)
            self.state = .header
            return .message(message)
        case .passingOver(let rest):
            let count = min(rest, self.buffer.count)
            self.buffer.removeFirst(count)
            guard count == rest else {
                self.state = .passingOver(rest - count)
                return nil
            }
            self.state = .header
            return self.next()
        }
    }

    private mutating func readHeader() -> Event? {
        guard let end = self.endOfHeader else {
            guard self.buffer.count > Self.longestHeader else { return nil }
            return self.lose("header of more than \(Self.longestHeader) bytes")
        }
        let header = String(decoding: self.buffer[..<end], as: UTF8.self)
        self.buffer.removeFirst(end + 4)
        switch Self.contentLength(in: header) {
        case nil: return .refused("header without a `Content-Length`")
        case .some(.none): return self.lose("`Content-Length` that is no number")
        case .some(.some(let length)) where length > Self.longestMessage:
            self.state = .passingOver(length)
            return .refused("message of \(length) bytes; at most \(Self.longestMessage) are read")
        case .some(.some(let length)):
            self.state = .body(length)
            return self.next()
        }
    }

    private mutating func lose(_ reason: String) -> Event {
        self.state = .lost
        self.buffer = []
        return .lost(reason)
    }

    private var endOfHeader: Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard self.buffer.count >= mark.count else { return nil }
        return (0...(min(self.buffer.count, Self.longestHeader + mark.count) - mark.count))
            .first { self.buffer[$0..<($0 + mark.count)].elementsEqual(mark) }
    }

    // The outer optional: whether there is one at all; the inner one: whether it is a number.
    private static func contentLength(in header: String) -> Int?? {
        for line in header.split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
            let digits = parts[1].drop { $0 == " " }
            let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
            return .some(isNumber ? Int(digits) : nil)
        }
        return nil
    }
}
