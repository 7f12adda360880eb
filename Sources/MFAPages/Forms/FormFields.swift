internal import HTTPMessage

/// The fields of a form, or of a query (WHATWG URL, `application/x-www-form-urlencoded`).
package struct FormFields: Equatable, Sendable {
    private var values: [String: String] = [:]

    package static let none = FormFields()

    private init() {}

    /// Nil for text that no browser sends: a name twice, broken percent-encoding, bytes that are
    /// not UTF-8, or more fields than any form of ours has.
    package init?(_ bytes: [UInt8]) {
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(
                separator: UInt8(ascii: "="),
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard let name = parts.first.flatMap({ Self.decoded($0) }),
                let value = Self.decoded(parts.count > 1 ? parts[1] : []),
                !name.isEmpty, self.values[name] == nil, self.values.count < Self.maximumCount
            else { return nil }
            self.values[name] = value
        }
    }

    private static let maximumCount = 16

    package subscript(name: String) -> String? { self.values[name] }

    private static func decoded(_ text: ArraySlice<UInt8>) -> String? {
        let spaced = text.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        guard let bytes = PercentEncoding.decode(spaced) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension FormFields {
    /// The fields as a query.
    package static func query(_ pairs: [(name: String, value: String?)]) -> String {
        pairs.compactMap { name, value in
            value.map { "\(name)=\(PercentEncoding.encode($0))" }
        }.joined(separator: "&")
    }
}
