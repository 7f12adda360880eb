internal import Foundation
internal import JSON
internal import TokenSigning
internal import TokenVerify

extension DemoFiles {
    /// An issuer's key, made on first run and kept in `folder`.
    static func signingKey(
        in folder: String,
        _ algorithm: SignatureAlgorithm,
        keyID: String
    ) throws -> SigningKey {
        try Self.makeFolder(folder)
        let file = "\(folder)/signing-key.json"
        if FileManager.default.fileExists(atPath: file) {
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
            let members = try JSONValue(parsing: bytes, limits: .standard).objectValue
            return try SigningKey(jwk: members ?? [:])
        }
        let key = try SigningKey.generate(algorithm, keyID: keyID)
        let jwk = JSONValue.object(try key.privateJWK())
        try Self.write(jwk.serialized(pretty: true) + "\n", to: file, mode: 0o600)
        return key
    }
}
