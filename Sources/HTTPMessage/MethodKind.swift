/// The methods whose meaning matters here.
package enum MethodKind: Equatable, Sendable {
    case get
    case head
    case options
    case post
    case put
    case patch
    case delete
    case other

    /// RFC 9110 section 9.2.2.
    package var isIdempotent: Bool {
        switch self {
        case .get, .head, .options, .put, .delete: true
        case .post, .patch, .other: false
        }
    }
}

extension Span where Element == UInt8 {
    // RFC 9110 section 9.1: methods are case-sensitive, so `get` is some other method.
    func methodKind(in range: ByteRange) -> MethodKind {
        guard !range.indices.contains(where: { self[$0] &- 0x61 < 26 }) else { return .other }
        switch range.count {
        case 3:
            if self.spells("get", in: range) { return .get }
            if self.spells("put", in: range) { return .put }
        case 4:
            if self.spells("head", in: range) { return .head }
            if self.spells("post", in: range) { return .post }
        case 5:
            if self.spells("patch", in: range) { return .patch }
        case 6:
            if self.spells("delete", in: range) { return .delete }
        case 7:
            if self.spells("options", in: range) { return .options }
        default:
            break
        }
        return .other
    }

    /// CONNECT opens tunnels and TRACE echoes credentials; upstreams that fold case serve `trace`.
    func isRefusedMethod(in range: ByteRange) -> Bool {
        self.spells("connect", in: range) || self.spells("trace", in: range)
    }
}
