/// Why a request was refused before anybody was asked whether it may pass.
package enum RequestRejection: Error, Equatable, CaseIterable, Sendable {
    case requestLineMalformed
    case methodMalformed
    case methodNotAllowed
    case versionNotSupported
    case targetMalformed
    case targetFragment
    case targetAuthorityForm
    case targetAuthorityMismatch
    case targetTooLong
    case pathPercentEncoding
    case pathNotUTF8
    case pathControlByte
    case pathBackslash
    case pathEncodedSlash
    case pathDoubleSlash
    case pathSemicolon
    case pathDotSegment
    case pathAboveRoot
    case queryByte
    case lineEnding
    case fieldName
    case fieldValue
    case fieldFolded
    case fieldSpaceBeforeColon
    case headTooLarge
    case hostMissing
    case hostRepeated
    case hostMalformed
    case contentLength
    case transferEncoding
    case lengthAndTransferEncoding
    case chunkSize
    case chunkEnding
    case trailerField
    case trailersTooLarge
    case connectionOptions
    /// A pseudo field of HTTP/2 that is missing, repeated, unknown or out of place.
    case pseudoField
    /// A field of HTTP/1.1's connections in an HTTP/2 request.
    case connectionField
}

extension RequestRejection {
    /// The stable word for logs, metrics and answers.
    package var code: String {
        switch self {
        case .requestLineMalformed: "request-line"
        case .methodMalformed: "method-malformed"
        case .methodNotAllowed: "method-not-allowed"
        case .versionNotSupported: "version-not-supported"
        case .targetMalformed: "target-malformed"
        case .targetFragment: "target-fragment"
        case .targetAuthorityForm: "target-authority-form"
        case .targetAuthorityMismatch: "target-authority-mismatch"
        case .targetTooLong: "target-too-long"
        case .pathPercentEncoding: "path-percent-encoding"
        case .pathNotUTF8: "path-not-utf8"
        case .pathControlByte: "path-control-byte"
        case .pathBackslash: "path-backslash"
        case .pathEncodedSlash: "path-encoded-slash"
        case .pathDoubleSlash: "path-double-slash"
        case .pathSemicolon: "path-semicolon"
        case .pathDotSegment: "path-dot-segment"
        case .pathAboveRoot: "path-above-root"
        case .queryByte: "query-byte"
        case .lineEnding: "line-ending"
        case .fieldName: "field-name"
        case .fieldValue: "field-value"
        case .fieldFolded: "field-folded"
        case .fieldSpaceBeforeColon: "field-space-before-colon"
        case .headTooLarge: "head-too-large"
        case .hostMissing: "host-missing"
        case .hostRepeated: "host-repeated"
        case .hostMalformed: "host-malformed"
        case .contentLength: "content-length"
        case .transferEncoding: "transfer-encoding"
        case .lengthAndTransferEncoding: "length-and-transfer-encoding"
        case .chunkSize: "chunk-size"
        case .chunkEnding: "chunk-ending"
        case .trailerField: "trailer-field"
        case .trailersTooLarge: "trailers-too-large"
        case .connectionOptions: "connection-options"
        case .pseudoField: "pseudo-field"
        case .connectionField: "connection-field"
        }
    }

    /// The status a client is answered with.
    package var status: UInt16 {
        switch self {
        case .methodNotAllowed: 405
        case .versionNotSupported: 505
        case .headTooLarge, .trailersTooLarge: 431
        case .targetTooLong: 414
        case .requestLineMalformed, .methodMalformed, .targetMalformed, .targetFragment,
            .targetAuthorityForm, .targetAuthorityMismatch, .pathPercentEncoding, .pathNotUTF8,
            .pathControlByte, .pathBackslash, .pathEncodedSlash, .pathDoubleSlash, .pathSemicolon,
            .pathDotSegment, .pathAboveRoot, .queryByte, .lineEnding, .fieldName, .fieldValue,
            .fieldFolded, .fieldSpaceBeforeColon, .hostMissing, .hostRepeated, .hostMalformed,
            .contentLength, .transferEncoding, .lengthAndTransferEncoding, .chunkSize,
            .chunkEnding, .trailerField, .connectionOptions, .pseudoField, .connectionField:
            400
        }
    }

    /// Whether the fault lies in the path, which the policy vocabulary calls `bad-path`.
    package var isOfPath: Bool {
        switch self {
        case .targetMalformed, .targetFragment, .targetAuthorityForm, .targetAuthorityMismatch,
            .targetTooLong, .pathPercentEncoding, .pathNotUTF8, .pathControlByte, .pathBackslash,
            .pathEncodedSlash, .pathDoubleSlash, .pathSemicolon, .pathDotSegment, .pathAboveRoot,
            .queryByte:
            true
        case .requestLineMalformed, .methodMalformed, .methodNotAllowed, .versionNotSupported,
            .lineEnding, .fieldName, .fieldValue, .fieldFolded, .fieldSpaceBeforeColon,
            .headTooLarge, .hostMissing, .hostRepeated, .hostMalformed, .contentLength,
            .transferEncoding, .lengthAndTransferEncoding, .chunkSize, .chunkEnding,
            .trailerField, .trailersTooLarge, .connectionOptions, .pseudoField,
            .connectionField:
            false
        }
    }
}
