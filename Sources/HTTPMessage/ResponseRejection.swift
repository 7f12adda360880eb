/// Why an upstream's response cannot be passed on; the client gets 502.
package enum ResponseRejection: Error, Equatable, CaseIterable, Sendable {
    case statusLineMalformed
    case versionNotSupported
    case statusMalformed
    case lineEnding
    case fieldName
    case fieldValue
    case fieldFolded
    case headTooLarge
    case contentLength
    case transferEncoding
    case lengthAndTransferEncoding
    case chunkSize
    case chunkEnding
    case trailerField
    case trailersTooLarge
    case unexpectedSwitch
    case tooManyInterimResponses
    case pseudoField
    case connectionField
}

extension ResponseRejection {
    /// The stable word for logs, metrics and answers.
    package var code: String {
        switch self {
        case .statusLineMalformed: "upstream-status-line"
        case .versionNotSupported: "upstream-version"
        case .statusMalformed: "upstream-status"
        case .lineEnding: "upstream-line-ending"
        case .fieldName: "upstream-field-name"
        case .fieldValue: "upstream-field-value"
        case .fieldFolded: "upstream-field-folded"
        case .headTooLarge: "upstream-head-too-large"
        case .contentLength: "upstream-content-length"
        case .transferEncoding: "upstream-transfer-encoding"
        case .lengthAndTransferEncoding: "upstream-length-and-transfer-encoding"
        case .chunkSize: "upstream-chunk-size"
        case .chunkEnding: "upstream-chunk-ending"
        case .trailerField: "upstream-trailer-field"
        case .trailersTooLarge: "upstream-trailers-too-large"
        case .unexpectedSwitch: "upstream-unexpected-switch"
        case .tooManyInterimResponses: "upstream-too-many-interim-responses"
        case .pseudoField: "upstream-pseudo-field"
        case .connectionField: "upstream-connection-field"
        }
    }
}
