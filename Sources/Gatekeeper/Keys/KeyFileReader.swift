internal import Logging
internal import NIOCore
internal import TokenVerify

/// Takes the contents of a key file: a good one is published, a bad one changes nothing.
struct KeyFileReader: Sendable {
    let keys: IssuerKeys
    let allowsEmpty: Bool
    let logger: Logger

    func take(_ contents: Result<[UInt8], any Error>) {
        do throws(KeySetFailure) {
            guard let text = try? contents.get() else { throw .unreadableFile }
            guard text.count <= KeySetAnswer.maximumBytes else { throw .unreachable(.tooLarge) }
            let document = try KeyDocument(reading: text, allowsEmpty: self.allowsEmpty)
            self.keys.publish(
                document,
                fetchedAt: .now(),
                nextFetch: nil,
                lastFailure: nil
            )
        } catch {
            self.logger.error(
                "cannot use the key file",
                metadata: ["issuer": "\(self.keys.issuer)", "reason": "\(error)"]
            )
            self.keys.noteFailure(error)
        }
    }
}

extension KeySources {
    /// Where the keys come from, for people; never the secret.
    var name: String {
        let keySet: String? =
            switch self.keySet {
            case nil: nil
            case .url(let url): url.description
            case .file(let path): path
            case .discovery(let url): "\(url)/.well-known/openid-configuration"
            }
        let parts = [keySet, self.secret == nil ? nil : "jwt_secret"]
        return parts.compactMap(\.self).joined(separator: " and ")
    }
}
