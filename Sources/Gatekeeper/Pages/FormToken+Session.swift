internal import MFAPages
internal import TokenVerify

extension FormToken {
    /// Made of the access token: every replica makes the same one, and only its owner knows it.
    init(of token: String) {
        let bytes = Array("gatekeeper form 1 \(token)".utf8)
        self.init(Base64URL.encode(NameDigest.sha256(bytes)))
    }

    init(of stored: StoredSession) {
        self.init(of: stored.accessToken)
    }
}
