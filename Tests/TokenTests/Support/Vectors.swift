import Foundation
import JSON
import TokenVerify

/// A file of published vectors beside the tests.
enum Vectors {
    static func read(_ path: String) throws -> JSONValue {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = folder.appending(path: "Vectors").appending(path: path)
        return try JSONValue(
            parsing: [UInt8](Data(contentsOf: file)),
            limits: JSONLimits(maximumBytes: 1 << 24)
        )
    }

    /// The test groups of a Wycheproof file.
    static func groups(_ name: String) throws -> [JSONValue] {
        try self.read("wycheproof/\(name).json")["testGroups"]?.arrayValue ?? []
    }
}

extension JSONValue {
    /// A string of hexadecimal digits, decoded.
    var hexadecimal: [UInt8] {
        self.text.hexadecimal
    }

    var text: String {
        self.stringValue ?? ""
    }

    var bytes: [UInt8] {
        Array(self.serialized().utf8)
    }
}

extension String {
    /// Hexadecimal digits, decoded.
    var hexadecimal: [UInt8] {
        let digits = self.compactMap { $0.hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map { position in
            UInt8(digits[position] << 4 | digits[position + 1])
        }
    }
}
