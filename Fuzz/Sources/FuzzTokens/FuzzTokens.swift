import Fuzzer
import Glibc
import JSON
import TokenSigning
import TokenVerify

@main
enum FuzzTokens {
    static func main() {
        exit(fuzz(fuzzToken))
    }
}

/// Bytes as a token, and, so that the fuzzer gets past the signature, as header and payload of a
/// token that is signed here.
private func fuzzToken(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    judge(bytes)
    let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
    guard parts.count == 2,
        let token = try? signer.token(header: Array(parts[0]), payload: Array(parts[1]))
    else { return 0 }
    judge(Array(token.utf8))
    return 0
}

private let secret = [UInt8](repeating: 7, count: 64)
private let signer = SigningKey(secret: secret)
private let expected = TokenExpectations(algorithms: [.hs256])
private let now = NumericDate(seconds: 1_790_000_000)

private func judge(_ bytes: [UInt8]) {
    guard let keys = try? JSONWebKeySet(hmacSecret: secret) else { return }
    _ = try? TokenVerifier.verifySignature(bytes.span, keys: keys, expecting: expected)
    guard
        let verified = try? TokenVerifier.verify(
            bytes.span,
            keys: keys,
            expecting: expected,
            at: now
        )
    else { return }
    precondition(verified.header.algorithm == .hs256, "an algorithm nobody allowed")
    precondition(verified.expiresAt > NumericDate(seconds: 1_789_999_970), "a token that is over")
    let text = JSONValue.object(verified.claims.object).serialized()
    let copy = try? JSONValue(parsing: text)
    precondition(copy == .object(verified.claims.object), "claims that do not survive writing")
}
