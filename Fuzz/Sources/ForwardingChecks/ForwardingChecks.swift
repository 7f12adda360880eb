package import HTTPMessage

/// One judged request in, exactly that request out.
package func checkForwarding(of head: RequestHead) {
    let forwarding = RequestForwarding(
        identity: Array("X-Gatekeeper-Class: visitor\r\n".utf8),
        decision: DecisionID(high: 1, low: 2),
        origin: .stranger(lines: RequestForwarding.forwardedLines(peer: [0x31], isTLS: false))
    )
    var out: [UInt8] = []
    head.append(forwarding: forwarding, to: &out)
    checkForwarded(out, for: head)
    checkAgain(out, for: head)
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
    checkTrace(lines)
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

/// A trace that goes on is ours to name, and a state without one says nothing.
private func checkTrace(_ lines: [[UInt8]]) {
    let fields = lines.map { String(decoding: $0, as: UTF8.self) }
    let parents = fields.filter { $0.lowercased().hasPrefix("traceparent:") }
    precondition(parents.count <= 1, "two traces")
    for parent in parents {
        let parts = parent.dropFirst("traceparent: ".count).split(separator: "-")
        precondition(parts.map(\.utf8.count) == [2, 32, 16, 2], "a malformed trace")
        precondition(parts[0] == "00" && parts[2] == "0000000000000002", "a trace not ours")
        precondition(parts[1].contains { $0 != "0" }, "no trace")
    }
    let states = fields.contains { $0.lowercased().hasPrefix("tracestate:") }
    precondition(!states || !parents.isEmpty, "a state without a trace")
}
