/// The field names this proxy treats in any special way.
///
/// A name is recognised once, while the head is parsed; everything else is `other` and passes.
package enum FieldName: UInt8, CaseIterable, Sendable {
    case other
    case accept
    case accessControlRequestHeaders
    case accessControlRequestMethod
    case authorization
    /// `Client-Cert` and `Client-Cert-Chain` (RFC 9440).
    case clientCertificate
    case connection
    case contentLength
    case contentType
    case cookie
    case date
    case expect
    case forwarded
    case host
    case keepAlive
    case origin
    case proxyAuthenticate
    case proxyAuthorization
    case proxyConnection
    case referer
    case secFetchDestination
    case secFetchMode
    case secFetchSite
    case te
    case traceParent
    case traceState
    case trailer
    case transferEncoding
    case upgrade
    case userAgent
    case xForwardedFor
    case xForwardedHost
    case xForwardedProto
    case xForwardedOther
    case xRealIP
    case xOriginalURL
    case xRewriteURL
    case xHTTPMethod
    case xHTTPMethodOverride
    case xMethodOverride
    case xMiddlewareSubrequest
    /// `X-Gatekeeper-…` in any spelling that an upstream may fold to it.
    case identity
    /// Another spelling of a name above that vouches for something: `X_Forwarded_For`.
    case lookAlike
    case http2Settings
}

/// A set of field names, for asking what a head holds without walking it.
package struct FieldNames: Equatable, Sendable {
    private var bits: UInt64 = 0

    package init() {}

    package init(_ names: FieldName...) {
        for name in names {
            self.insert(name)
        }
    }

    package mutating func insert(_ name: FieldName) {
        self.bits |= 1 << UInt64(name.rawValue)
    }

    package func contains(_ name: FieldName) -> Bool {
        self.bits & (1 << UInt64(name.rawValue)) != 0
    }

    package func isDisjoint(with other: Self) -> Bool {
        self.bits & other.bits == 0
    }
}
