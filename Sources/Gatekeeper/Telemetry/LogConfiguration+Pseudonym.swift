internal import TokenVerify

extension LogConfiguration {
    /// What the log writes in place of a subject's id; nil where it writes the id itself.
    var pseudonym: Pseudonym? {
        switch self.subjects {
        case .plain: nil
        case .hashed: Self.digest
        }
    }

    // The same user has the same stand-in in every log, and an operator who knows an id can
    // compute it: `printf %s ID | sha256sum`.
    private static func digest(_ subject: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let bytes = NameDigest.sha256(Array(subject.utf8))
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }
        return "sha256:" + String(decoding: text, as: UTF8.self)
    }
}
