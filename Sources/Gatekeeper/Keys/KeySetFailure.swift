internal import NIOCore
internal import TokenVerify

/// Why a source did not yield the keys of an issuer.
enum KeySetFailure: Error, Equatable, Sendable {
    case unreachable(DocumentFailure)
    case status(UInt)
    case refused(KeySetError)
    /// The answer holds no key that can verify anything.
    case noUsableKey
    /// OpenID Connect Discovery section 4.3: the document speaks for another issuer.
    case discoveryMismatch
    case discoveryMalformed
    case unreadableFile

    /// The stable word for logs and metrics.
    var code: String {
        switch self {
        case .unreachable(let failure): failure.code
        case .status: "status"
        case .refused: "key-set-refused"
        case .noUsableKey: "no-usable-key"
        case .discoveryMismatch: "discovery-mismatch"
        case .discoveryMalformed: "discovery-malformed"
        case .unreadableFile: "unreadable-file"
        }
    }
}

extension KeySetFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .unreachable(let failure): failure.description
        case .status(let status): "the answer has status \(status)"
        case .refused(let error): "the key set is refused: \(error)"
        case .noUsableKey: "the key set holds no usable key"
        case .discoveryMismatch: "the discovery document names another issuer"
        case .discoveryMalformed: "the discovery document has no https `jwks_uri`"
        case .unreadableFile: "the file cannot be read"
        }
    }
}
