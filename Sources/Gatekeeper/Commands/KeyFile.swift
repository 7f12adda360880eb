internal import TokenVerify

/// Reading the keys that `--jwks` and `--secret` name.
enum KeyFile {
    static func read(
        jwks: String?,
        secret: String?
    ) throws(CommandFailure) -> JSONWebKeySet {
        if let path = jwks { return try Self.publicKeys(path) }
        guard let path = secret else { throw CommandFailure("no keys were named") }
        let bytes = VerifyCommand.trimmed(try InputFile.read(path))
        do throws(KeySetError) {
            return try JSONWebKeySet(hmacSecret: bytes)
        } catch {
            throw CommandFailure("`\(path)`: \(error)")
        }
    }

    // PEM begins with dashes; JSON cannot.
    private static func publicKeys(_ path: String) throws(CommandFailure) -> JSONWebKeySet {
        let bytes = try InputFile.read(path)
        do throws(KeySetError) {
            let isPEM = bytes.starts(with: "-----".utf8)
            return isPEM ? try JSONWebKeySet(pem: bytes) : try JSONWebKeySet(parsing: bytes)
        } catch {
            throw CommandFailure("`\(path)`: \(error)")
        }
    }
}
