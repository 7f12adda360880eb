import ForwardingChecks
import Fuzzer
import Glibc
import HTTPMessage

@main
enum FuzzHeads {
    static func main() {
        exit(fuzz(fuzzHead))
    }
}

/// Bytes as a client's: one judged request in, exactly that request out.
private func fuzzHead(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    var parser = RequestHeadParser(limit: 16_384)
    var head = RequestHead()
    guard let length = try? parser.parse(bytes.span, into: &head) else { return 0 }
    checkSplit(bytes, at: length / 2, against: head)
    checkForwarding(of: head)
    if head.framing == .chunked { checkChunks(Array(bytes[length...])) }
    return 0
}

private func checkSplit(_ bytes: [UInt8], at split: Int, against whole: RequestHead) {
    var parser = RequestHeadParser(limit: 16_384)
    var head = RequestHead()
    let early = try? parser.parse(Array(bytes[..<split]).span, into: &head)
    precondition(early == .some(nil), "half a head was taken for a whole one, or refused")
    _ = try? parser.parse(bytes.span, into: &head)
    precondition(head.fields == whole.fields && head.path == whole.path, "a split changed a head")
}

/// A body decodes the same at once and byte by byte.
private func checkChunks(_ body: [UInt8]) {
    let whole = decode(body, step: max(body.count, 1))
    precondition(whole == decode(body, step: 1), "a split changed a body")
}

private struct Decoded: Equatable {
    var data: [UInt8] = []
    var trailers: [UInt8] = []
    var isComplete = false
    var isRefused = false
}

private func decode(_ body: [UInt8], step: Int) -> Decoded {
    var decoder = ChunkedDecoder.forRequests(maximumTrailers: 1024)
    var decoded = Decoded()
    var unread: [UInt8] = []
    for start in stride(from: 0, to: body.count, by: step) {
        unread += body[start..<min(start + step, body.count)]
        reading: while true {
            guard let next = try? decoder.next(unread.span) else {
                decoded.isRefused = true
                decoded.data = []
                return decoded
            }
            switch next {
            case .data(let skipping, let count):
                decoded.data += unread[skipping..<(skipping + count)]
                unread.removeFirst(skipping + count)
            case .incomplete(let skipping):
                unread.removeFirst(skipping)
                break reading
            case .end:
                decoded.trailers = decoder.trailers
                decoded.isComplete = true
                return decoded
            }
        }
    }
    return decoded
}
