internal import HTTPMessage

/// A Clerk instance and everything that follows from its publishable key.
struct ClerkInstance: Equatable, Sendable {
    /// What happens to a browser whose session token has run out.
    enum ExpiredSession: String, CaseIterable, Sendable {
        case handshake
        case forward
    }

    let publishableKey: String
    let secretKey: Secret?
    /// The origins whose pages may have fetched the token (`azp`).
    let authorizedParties: [String]
    let expired: ExpiredSession
    let frontendAPI: WebURL
    let backendAPI: WebURL

    static let defaultBackendAPI = "https://api.clerk.com"
    /// The version whose shapes both APIs are asked for.
    static let apiVersion = "2026-05-12"

    /// Whether browsers carry handshake results in the URL, as development instances have it.
    var isDevelopment: Bool { self.publishableKey.utf8.starts(with: "pk_test_".utf8) }

    var issuer: String { self.frontendAPI.description }

    var keySetURL: WebURL { self.frontendAPI.appending(".well-known/jwks.json") }

    /// A user's record, for the secret key.
    func userURL(for subject: String) -> WebURL {
        self.backendAPI.appending("v1/users/\(PercentEncoding.encode(subject))")
    }

    /// The Frontend API that a publishable key names: `pk_live_` + base64 of `host$`.
    static func frontendAPI(of publishableKey: String) -> WebURL? {
        let prefixes = ["pk_live_", "pk_test_"]
        guard let prefix = prefixes.first(where: { publishableKey.hasPrefix($0) }) else {
            return nil
        }
        guard let host = decodeBase64(publishableKey.dropFirst(prefix.count)) else { return nil }
        guard host.hasSuffix("$") else { return nil }
        return WebURL("https://\(host.dropLast())")
    }

    private static func decodeBase64(_ text: Substring) -> String? {
        var bits: UInt32 = 0
        var count = 0
        var bytes: [UInt8] = []
        for character in text.utf8 {
            if character == UInt8(ascii: "=") { break }
            guard let value = self.value(of: character) else { return nil }
            bits = bits << 6 | value
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> count))
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case 0x41...0x5A: UInt32(character) - 0x41
        case 0x61...0x7A: UInt32(character) - 0x61 + 26
        case 0x30...0x39: UInt32(character) - 0x30 + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
