internal import JSON
internal import TokenVerify

/// What Clerk's Frontend API sends a browser back with: cookies to be set, or a word for them.
///
/// Applications that use Clerk's libraries take a session straight from it, so that it is as much
/// a credential as the session cookie, and never passes unjudged.
enum HandshakeResult: Equatable, Sendable {
    /// A signed token that holds the cookies.
    case token([UInt8])
    /// A word that the Backend API gives the cookies for, once.
    case nonce([UInt8])

    static let tokenName = "__clerk_handshake"
    static let nonceName = "__clerk_handshake_nonce"
    /// Further parameters that come with it and mean nothing afterwards.
    static let companions = ["__clerk_handshake_help", "__clerk_hs_reason", "__clerk_db_jwt"]

    /// Whether an application would look for a result under this name.
    static func isName(_ name: some Collection<UInt8>) -> Bool {
        name.elementsEqual(Self.tokenName.utf8) || name.elementsEqual(Self.nonceName.utf8)
    }

    /// Reads the result from a query; nil where there is none.
    init?(query: String) {
        if let nonce = QueryPairs.value(of: Self.nonceName, in: query), !nonce.isEmpty {
            self = .nonce(nonce)
        } else if let token = QueryPairs.value(of: Self.tokenName, in: query), !token.isEmpty {
            self = .token(token)
        } else {
            return nil
        }
    }

    /// Reads the result from a request's cookies; nil where there is none.
    init?(cookies: [Cookie]) {
        func value(_ name: String) -> [UInt8]? {
            cookies.first { $0.name.utf8.elementsEqual(name.utf8) && !$0.value.isEmpty }?.value
        }
        if let nonce = value(Self.nonceName) {
            self = .nonce(nonce)
        } else if let token = value(Self.tokenName) {
            self = .token(token)
        } else {
            return nil
        }
    }
}

/// The cookies of a handshake's result, as `Set-Cookie` values.
struct HandshakeCookies: Equatable, Sendable {
    private static let maximumCount = 32
    private static let maximumBytes = 8 << 10

    let values: [String]

    /// Nil where anything about them is not as Clerk writes it.
    init?(_ list: JSONValue?) {
        guard let list = list?.arrayValue, list.count <= Self.maximumCount else { return nil }
        let values = list.compactMap(\.stringValue)
        guard values.count == list.count, values.allSatisfy(Self.isAcceptable) else { return nil }
        self.values = values
    }

    /// Reads them from a token, whose signature has to be one of `keys`.
    init?(token: [UInt8], keys: JSONWebKeySet) {
        let payload = try? TokenVerifier.verifySignature(
            token.span,
            keys: keys,
            expecting: TokenExpectations(limits: TokenLimits(maximumBytes: 64 << 10))
        )
        guard let payload,
            let claims = try? JSONValue(parsing: payload.bytes, limits: .standard)
        else { return nil }
        self.init(claims["handshake"])
    }

    /// Reads them from the Backend API's answer to a nonce.
    init?(answer: [UInt8]) {
        guard let answer = try? JSONValue(parsing: answer, limits: .standard) else {
            return nil
        }
        self.init(answer["directives"])
    }

    /// The session token among them.
    var sessionToken: [UInt8]? {
        for value in self.values where value.utf8.starts(with: "__session".utf8) {
            let token = value.utf8.drop { $0 != UInt8(ascii: "=") }.dropFirst()
                .prefix { $0 != UInt8(ascii: ";") }
            if !token.isEmpty { return Array(token) }
        }
        return nil
    }

    // All of Clerk's cookies begin so; nobody else's may be set in its name.
    private static func isAcceptable(_ value: String) -> Bool {
        value.utf8.starts(with: "__".utf8) && value.utf8.contains(UInt8(ascii: "="))
            && value.utf8.count <= Self.maximumBytes
            && value.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
