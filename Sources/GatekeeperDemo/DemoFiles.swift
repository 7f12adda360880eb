internal import Foundation
internal import JSON
internal import TokenSigning
internal import TokenVerify

/// The few files a demonstration keeps.
enum DemoFiles {
    static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true
        )
    }

    static func readIfPresent(_ path: String) throws -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// Writes beside the file and renames, so that a watcher never reads half of it.
    static func write(_ text: String, to path: String, mode: Int = 0o644) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    static var now: Int64 { Int64(Date().timeIntervalSince1970) }
}

extension DemoFiles {
    /// Writes a line to standard output at once.
    static func say(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}

extension DemoFiles {
    /// The issuer's key, made on first run and kept in `folder`.
    static func signingKey(
        in folder: String,
        _ algorithm: SignatureAlgorithm = .es256,
        keyID: String = "demo-1"
    ) throws -> SigningKey {
        try Self.makeFolder(folder)
        let file = "\(folder)/signing-key.json"
        if let bytes = try Self.readIfPresent(file) {
            let members = try JSONValue(parsing: bytes.span, limits: .standard).objectValue
            return try SigningKey(jwk: members ?? [:])
        }
        let key = try SigningKey.generate(algorithm, keyID: keyID)
        let jwk = JSONValue.object(try key.privateJWK())
        try Self.write(jwk.serialized(pretty: true) + "\n", to: file, mode: 0o600)
        return key
    }
}
