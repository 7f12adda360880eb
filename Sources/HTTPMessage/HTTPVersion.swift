/// The versions of HTTP/1 that differ in how a connection is kept and a body is framed.
package enum HTTPVersion: Equatable, Sendable {
    case http10
    case http11
}
