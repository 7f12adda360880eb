internal import JSON

/// The headers that tokens of a set's keys are expected to bear, decoded in advance.
///
/// An issuer writes the same header into every token of a key, so that reading it again and again
/// can be spared. A header that is written otherwise is read as ever.
struct FamiliarHeaders: Sendable {
    private var headers: [(segment: [UInt8], header: JOSEHeader)] = []

    // Comparing with more of them would cost more than it saves.
    private static let maximumKeys = 4

    init(of keys: [VerificationKey]) {
        for key in keys.prefix(Self.maximumKeys) {
            guard case .jwk(.some(let keyID)) = key.name, key.algorithms.count == 1 else {
                continue
            }
            for algorithm in key.algorithms {
                self.append(algorithm, keyID)
            }
        }
    }

    private mutating func append(_ algorithm: SignatureAlgorithm, _ keyID: String) {
        let alg = JSONObject.Member(name: "alg", value: .string(algorithm.rawValue))
        let kid = JSONObject.Member(name: "kid", value: .string(keyID))
        let typ = JSONObject.Member(name: "typ", value: "JWT")
        for members in [[alg, kid, typ], [alg, typ, kid], [typ, alg, kid], [kid, typ, alg]] {
            let text = Array(JSONValue.object(JSONObject(members)).serialized().utf8)
            guard let header = try? JOSEHeader(parsing: text, limits: .standard) else { continue }
            self.headers.append((Array(Base64URL.encode(text).utf8), header))
        }
    }

    /// The header that a first segment encodes, if it is one of them.
    func header(of segment: Span<UInt8>) -> JOSEHeader? {
        for (own, header) in self.headers where own.span.hasSameBytes(as: segment) {
            return header
        }
        return nil
    }
}
