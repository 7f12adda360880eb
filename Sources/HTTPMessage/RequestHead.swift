/// A request head that was parsed and found well-formed: the only form anybody judges or forwards.
///
/// Everything is a range of `bytes`. Canonical forms that differ from what was sent (path, host)
/// stand behind the head's own bytes, so that a range means the same thing everywhere.
/// One value serves all requests of a connection and keeps its storage.
package struct RequestHead: Sendable {
    package internal(set) var bytes: [UInt8] = []
    package internal(set) var fields: [HeadField] = []
    /// The names that occur in `fields`.
    package internal(set) var names = FieldNames()
    package internal(set) var method = ByteRange.empty
    package internal(set) var methodKind = MethodKind.other
    package internal(set) var version = HTTPVersion.http11
    /// The canonical path, used for matching and for forwarding; `*` for the asterisk form.
    package internal(set) var path = ByteRange.empty
    /// What follows the first `?`, byte for byte; nil when there is none.
    package internal(set) var query: ByteRange?
    /// The Host field's value as it came.
    package internal(set) var authority = ByteRange.empty
    /// The host for comparison: lower case, without port and one trailing dot.
    package internal(set) var host = ByteRange.empty
    package internal(set) var framing = BodyFraming.none
    package internal(set) var traits = RequestTraits()
    /// Its place in a trace; nil where there is none, or none that can be read.
    package internal(set) var trace: TraceContext?
    /// What this request needs a route to accept by name.
    package internal(set) var oddities: Leniency = []
    /// The request target as it came.
    package internal(set) var target = ByteRange.empty

    package init() {}
}

/// Yes-or-no facts of a head that are read more than once.
package struct RequestTraits: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The client asks to turn the connection into a WebSocket.
    package static let webSocketUpgrade = Self(rawValue: 1 << 0)
    /// The connection ends after this exchange.
    package static let closes = Self(rawValue: 1 << 1)
    package static let expectsContinue = Self(rawValue: 1 << 2)
    package static let acceptsTrailers = Self(rawValue: 1 << 3)
    /// `Connection` names fields that must not pass.
    package static let nominatesFields = Self(rawValue: 1 << 4)
}

extension RequestHead {
    /// The bytes of one range.
    package subscript(range: ByteRange) -> ArraySlice<UInt8> {
        self.bytes[range.indices]
    }

    /// The range as text, for logs and messages.
    package func text(_ range: ByteRange) -> String {
        String(decoding: self.bytes[range.indices], as: UTF8.self)
    }

    /// The value of the first field called `name`, or nil.
    package func first(_ name: FieldName) -> ByteRange? {
        guard self.names.contains(name) else { return nil }
        for field in self.fields where field.known == name {
            return field.value
        }
        return nil
    }

    /// How many field lines are called `name`.
    package func count(of name: FieldName) -> Int {
        guard self.names.contains(name) else { return 0 }
        var count = 0
        for field in self.fields where field.known == name {
            count += 1
        }
        return count
    }

    /// A CORS preflight: OPTIONS with Origin and Access-Control-Request-Method (Fetch, 4.9).
    package var isPreflight: Bool {
        self.methodKind == .options && self.names.contains(.origin)
            && self.names.contains(.accessControlRequestMethod)
    }
}
