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
    let forwarding = RequestForwarding(
        identity: Array("X-Gatekeeper-Class: visitor\r\n".utf8),
        decision: DecisionID(high: 1, low: 2),
        origin: .stranger(lines: RequestForwarding.forwardedLines(peer: [0x31], isTLS: false))
    )
    var out: [UInt8] = []
    head.append(forwarding: forwarding, to: &out)
    checkForwarded(out, for: head)
    checkAgain(out, for: head)
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

/// Reads what was forwarded as simply as an upstream might.
private func checkForwarded(_ out: [UInt8], for head: RequestHead) {
    var lines: [[UInt8]] = [[]]
    for (index, byte) in out.enumerated() {
        if byte == 0x0A {
            precondition(index > 0 && out[index - 1] == 0x0D, "a bare LF")
            lines[lines.count - 1].removeLast()
            lines.append([])
        } else {
            precondition(byte != 0x0D || out[index + 1] == 0x0A, "a bare CR")
            precondition(byte != 0, "a NUL")
            lines[lines.count - 1].append(byte)
        }
    }
    precondition(lines.count >= 4 && lines.suffix(2).allSatisfy(\.isEmpty), "no empty line")
    precondition(lines.dropLast(2).allSatisfy { !$0.isEmpty }, "two requests")
    let names = lines.dropFirst().dropLast(2).map { line in
        String(decoding: line.prefix { $0 != 0x3A }, as: UTF8.self).lowercased()
    }
    let count = { (name: String) in names.count { $0 == name } }
    precondition(count("host") == 1, "not one host")
    let framings = count("content-length") + count("transfer-encoding")
    precondition(framings == (head.framing == .none ? 0 : 1), "framing added or lost")
    precondition(count("x-forwarded-for") == 1, "a stranger's word")
    let folded = names.map { $0.map { $0.isLetter || $0.isNumber ? $0 : "-" } }
    precondition(
        folded.count { String($0).hasPrefix("x-gatekeeper-") } == 2,
        "an identity that is not ours"
    )
    precondition(names.allSatisfy { !$0.isEmpty && !$0.contains(" ") }, "an odd name")
}

private func checkAgain(_ out: [UInt8], for head: RequestHead) {
    var parser = RequestHeadParser(limit: 65_536)
    var again = RequestHead()
    let length = try? parser.parse(out.span, into: &again)
    precondition(length == out.count, "what was forwarded is no request")
    precondition(again[again.path] == head[head.path], "canonicalisation is not idempotent")
    precondition(again[again.method] == head[head.method], "another method")
    precondition(again[again.host] == head[head.host], "another host")
    precondition(again.framing == head.framing, "another framing")
    let queries = (again.query.map { again[$0] }, head.query.map { head[$0] })
    precondition(queries.0 == queries.1, "another query")
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
