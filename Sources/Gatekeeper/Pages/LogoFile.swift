internal import TokenVerify

/// A brand's picture, small enough to stand in every page.
struct LogoFile {
    static let maximumBytes = 64 << 10

    private enum Kind: String {
        case png = "image/png"
        case svg = "image/svg+xml"
        case webp = "image/webp"
        case jpeg = "image/jpeg"

        init?(_ bytes: [UInt8]) {
            if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
                self = .png
            } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
                self = .jpeg
            } else if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8)
            {
                self = .webp
            } else if bytes.starts(with: "<svg".utf8) || bytes.starts(with: "<?xml".utf8) {
                self = .svg
            } else {
                return nil
            }
        }
    }

    /// The picture as part of a page.
    let dataURL: String

    /// Nil where the file cannot be read or holds no picture that browsers show.
    init?(at path: String) {
        guard let contents = try? InputFile.read(path) else { return nil }
        self.init(contents)
    }

    init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.maximumBytes, let kind = Kind(bytes) else { return nil }
        let digits = Base64URL.encode(bytes).map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        let padding = String(repeating: "=", count: (4 - digits.count % 4) % 4)
        self.dataURL = "data:\(kind.rawValue);base64,\(String(digits))\(padding)"
    }
}
