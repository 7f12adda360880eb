internal import PolicyDSL

/// How often a browser was redirected of late, by remedy: the cookie that ends redirect loops.
///
/// The cookie is the browser's own note about itself. Forging it harms nobody but the forger, so
/// it is neither signed nor trusted for anything else.
struct RedirectCount: Equatable, Sendable {
    static let cookieName = "gatekeeper_bounce"
    /// The redirect that would be one more than this is refused.
    static let maximum = 3

    /// The `Set-Cookie` value that forgets every redirect.
    static let clearing = "\(Self.cookieName)=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"

    private static let handshakeWord = "handshake"

    private var counts: [Outcome: Int] = [:]
    private var handshakes = 0

    /// Reads `step-up.2_handshake.1`; what does not read so counts as nothing.
    init(cookie: [UInt8]?) {
        guard let cookie else { return }
        for part in cookie.split(separator: UInt8(ascii: "_")) {
            let pair = String(decoding: part, as: UTF8.self).split(separator: ".")
            guard pair.count == 2, let word = pair.first, let digits = pair.last,
                let count = Int(digits), (0...Self.maximum).contains(count)
            else { continue }
            if word == Self.handshakeWord {
                self.handshakes = count
            } else if let remedy = Outcome(word: word) {
                self.counts[remedy] = count
            }
        }
    }

    /// Whether this remedy was tried often enough to know that it leads nowhere.
    func isExhausted(for remedy: Outcome) -> Bool {
        self.counts[remedy, default: 0] >= Self.maximum
    }

    /// Whether handshakes with the issuer were tried as often in vain.
    var isHandshakeExhausted: Bool { self.handshakes >= Self.maximum }

    /// The `Set-Cookie` value that counts one more redirect for `remedy`.
    func cookie(counting remedy: Outcome, isSecure: Bool) -> String {
        var next = self
        next.counts[remedy, default: 0] += 1
        return next.cookie(isSecure: isSecure)
    }

    /// The `Set-Cookie` value that counts one more handshake.
    func cookieCountingHandshake(isSecure: Bool) -> String {
        var next = self
        next.handshakes += 1
        return next.cookie(isSecure: isSecure)
    }

    private func cookie(isSecure: Bool) -> String {
        var parts = Outcome.allCases
            .compactMap { outcome in self.counts[outcome].map { "\(outcome.word).\($0)" } }
        if self.handshakes > 0 { parts.append("\(Self.handshakeWord).\(self.handshakes)") }
        let value = parts.joined(separator: "_")
        let secure = isSecure ? "; Secure" : ""
        return "\(Self.cookieName)=\(value); Path=/; Max-Age=60; HttpOnly; SameSite=Lax\(secure)"
    }
}
