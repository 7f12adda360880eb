/// The place of a request in a distributed trace: a `traceparent` that holds (W3C Trace Context).
package struct TraceContext: Equatable, Sendable {
    /// The 32 digits of the trace's identity, in the head.
    package let traceID: ByteRange
    /// `sampled` and `random`, the flags that are defined.
    let flags: UInt8

    private static let length = 55
    private static let definedFlags: UInt8 = 0x03

    /// Reads `version "-" trace-id "-" parent-id "-" trace-flags`; nil for anything malformed.
    init?(_ value: ByteRange, of bytes: Span<UInt8>) {
        let start = Int(value.start)
        guard value.count >= Self.length, let version = Self.octet(at: start, of: bytes) else {
            return nil
        }
        // Section 3.2: version 255 is invalid, and only later versions than 0 may be longer.
        switch version {
        case 0: guard value.count == Self.length else { return nil }
        case 0xFF: return nil
        default:
            guard value.count == Self.length || bytes[start + Self.length] == .hyphen else {
                return nil
            }
        }
        let traceID = (start + 3)..<(start + 35)
        let parentID = (start + 36)..<(start + 52)
        guard Self.isIdentity(traceID, of: bytes), Self.isIdentity(parentID, of: bytes),
            bytes[start + 2] == .hyphen, bytes[start + 35] == .hyphen,
            bytes[start + 52] == .hyphen, let flags = Self.octet(at: start + 53, of: bytes)
        else { return nil }
        self.traceID = ByteRange(traceID.lowerBound, traceID.upperBound)
        self.flags = flags & Self.definedFlags
    }

    // Digits in lower case, not all of them zero.
    private static func isIdentity(_ range: Range<Int>, of bytes: Span<UInt8>) -> Bool {
        var isZero = true
        for index in range {
            guard Self.isDigit(bytes[index]) else { return false }
            if bytes[index] != .zero { isZero = false }
        }
        return !isZero
    }

    private static func octet(at index: Int, of bytes: Span<UInt8>) -> UInt8? {
        guard Self.isDigit(bytes[index]), Self.isDigit(bytes[index + 1]),
            let high = bytes[index].hexValue, let low = bytes[index + 1].hexValue
        else { return nil }
        return high << 4 | low
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte.isDigit || byte &- 0x61 < 6
    }
}

extension RequestHead {
    /// The request's one `traceparent`, where it holds; what is malformed counts as absent.
    mutating func interpretTrace() {
        guard self.count(of: .traceParent) == 1,
            let field = self.fields.first(where: { $0.known == .traceParent }),
            !self.isNominated(field)
        else { return }
        let trace = TraceContext(field.value, of: self.bytes.span)
        self.trace = trace
    }

    /// Continues the trace: what the upstream does has the decision for its parent.
    func appendTrace(_ trace: TraceContext, under decision: DecisionID, to out: inout [UInt8]) {
        out.append("traceparent: 00-")
        out.append(copying: self.bytes.span.extracting(trace.traceID.indices))
        out.append("-")
        decision.appendSpan(to: &out)
        out.append("-0")
        out.append(.zero + trace.flags)
        out.append("\r\n")
    }
}
