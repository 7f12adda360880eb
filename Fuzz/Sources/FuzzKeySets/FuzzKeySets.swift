import Fuzzer
import Glibc
import TokenVerify

@main
enum FuzzKeySets {
    static func main() {
        exit(fuzz(fuzzKeySet))
    }
}

/// Bytes as a JSON Web Key Set and as PEM; a key that was taken is then used.
private func fuzzKeySet(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let keys = try? JSONWebKeySet(parsing: bytes) {
        use(keys)
    }
    if let keys = try? JSONWebKeySet(pem: bytes) {
        use(keys)
    }
    return 0
}

private let signature = [UInt8](repeating: 1, count: 64)

private func use(_ keys: JSONWebKeySet) {
    let kinds = Set(keys.entries.map { $0.isSecret })
    precondition(kinds.count < 2, "a secret beside a public key")
    for entry in keys.entries {
        precondition(!entry.algorithms.isEmpty, "a key without an algorithm")
        for algorithm in entry.algorithms {
            precondition(
                !keys.hasKey(validating: signature, over: [1, 2, 3], using: algorithm),
                "a signature that nobody made"
            )
        }
    }
}
