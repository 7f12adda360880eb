/// How the end of a message body is found (RFC 9112 section 6.3).
package enum BodyFraming: Equatable, Sendable {
    case none
    case length(UInt64)
    case chunked
    /// Up to the end of the connection; responses only.
    case untilClose
}
