import ForwardingChecks
import Fuzzer
import Glibc
import HTTPMessage

@main
enum FuzzSections {
    static func main() {
        exit(fuzz(fuzzSection))
    }
}

/// Bytes as the fields of an HTTP/2 request: one request of HTTP/1.1 goes out, or none.
private func fuzzSection(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    // A byte of circumstances, then names and values in turn, a NUL behind each.
    let texts = bytes.dropFirst().split(separator: 0, omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
    }
    guard let first = bytes.first,
        let head = try? head(of: texts, isWhole: first & 1 == 0)
    else { return 0 }
    checkForwarding(of: head)
    return 0
}

private func head(of texts: [String], isWhole: Bool) throws -> RequestHead {
    var section = HTTP2RequestHead()
    for index in stride(from: 0, to: texts.count - 1, by: 2) {
        try section.append(texts[index], texts[index + 1])
    }
    let bytes = try section.rewritten(
        HTTP2RequestHead.Circumstances(
            isWhole: isWhole,
            webSocketKey: "dGhlIHNhbXBsZSBub25jZQ=="
        )
    )
    var head = RequestHead()
    var parser = RequestHeadParser(limit: 65_536)
    let length = try parser.parse(bytes.span, into: &head)
    precondition(length == nil || length == bytes.count, "a section became two requests")
    guard length != nil else { throw RequestRejection.requestLineMalformed }
    return head
}
