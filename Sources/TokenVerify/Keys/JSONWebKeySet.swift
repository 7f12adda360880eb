internal import JSON

/// The keys of one issuer; immutable, so that every event loop may share it.
public struct JSONWebKeySet: Sendable {
    private let keys: [VerificationKey]
    let familiarHeaders: FamiliarHeaders

    /// What was read beside the keys and is not used, with the reason.
    public let skipped: [SkippedKey]

    private init(keys: [VerificationKey], skipped: [SkippedKey] = []) {
        self.keys = keys
        self.familiarHeaders = FamiliarHeaders(of: keys)
        self.skipped = skipped
    }

    /// A set that verifies nothing.
    public static let empty = JSONWebKeySet(keys: [])

    /// Reads a set of RFC 7517 section 5, or a single key.
    ///
    /// An entry that cannot be used is skipped. A set that mixes secrets with public keys is
    /// refused whole, whatever else is wrong with either.
    public init(
        parsing text: [UInt8],
        maximumBytes: Int = 1 << 20
    ) throws(KeySetError) {
        guard text.count <= maximumBytes else { throw .tooLarge }
        let document: JSONDocument
        do {
            document = try JSONDocument(
                parsing: text,
                limits: JSONLimits(maximumBytes: maximumBytes)
            )
        } catch {
            throw .malformed
        }
        let entries = try Self.entries(document.root)
        guard entries.count <= Self.maximumKeys else { throw .tooManyKeys }
        guard !Self.isMixed(entries) else { throw .mixed }
        self.init(judging: entries)
    }

    /// The public keys of a PEM text, `PUBLIC KEY` or `CERTIFICATE`; they answer to any `kid`.
    public init(pem text: [UInt8]) throws(KeySetError) {
        guard text.count <= 1 << 20, let found = LibcryptoKey.keys(inPEM: text), !found.isEmpty
        else { throw .pemUnusable }
        var keys: [VerificationKey] = []
        for key in found {
            guard let judged = try? JudgedMaterial(key) else { throw .pemUnusable }
            keys.append(VerificationKey(name: .any, judged: judged))
        }
        self.init(keys: keys)
    }

    /// A secret shared with the issuer; without a key ID it answers to any `kid`.
    public init(hmacSecret secret: [UInt8], keyID: String? = nil) throws(KeySetError) {
        guard let judged = try? JudgedMaterial(secret: secret) else { throw .secretTooShort }
        let name = keyID.map { VerificationKey.Name.jwk($0) } ?? .any
        self.init(keys: [VerificationKey(name: name, judged: judged)])
    }

    /// Both sets as one; the operator who joins a secret to public keys names the algorithms.
    public func merging(_ other: JSONWebKeySet) -> JSONWebKeySet {
        JSONWebKeySet(keys: self.keys + other.keys, skipped: self.skipped + other.skipped)
    }
}

/// An entry of a key set that is not used.
public struct SkippedKey: Equatable, Sendable {
    /// Its place in the set, from 0.
    public let position: Int

    /// Its `kid`, if it has one.
    public let keyID: String?

    /// Why it is not used.
    public let defect: KeyDefect
}

extension JSONWebKeySet {
    private static let maximumKeys = 256

    private static func entries(_ root: JSONNode) throws(KeySetError) -> [JSONNode] {
        guard root.isObject else { throw .malformed }
        guard let list = root.member("keys") else {
            guard root.member("kty") != nil else { throw .malformed }
            return [root]
        }
        guard list.isArray else { throw .malformed }
        return list.elements
    }

    // A public key that could be taken for a secret is the oldest hole of JOSE.
    private static func isMixed(_ entries: [JSONNode]) -> Bool {
        let types = entries.compactMap { $0.member("kty")?.string }
        return types.contains("oct") && types.contains { ["RSA", "EC", "OKP"].contains($0) }
    }

    private init(judging entries: [JSONNode]) {
        var keys: [VerificationKey] = []
        var skipped: [SkippedKey] = []
        for (position, entry) in entries.enumerated() {
            do {
                keys.append(try JSONWebKey.key(entry))
            } catch {
                let keyID = entry.member("kid")?.string
                skipped.append(SkippedKey(position: position, keyID: keyID, defect: error))
            }
        }
        self.init(keys: keys, skipped: skipped)
    }
}

extension JSONWebKeySet {
    /// The one key that fits a header.
    func key(for header: JOSEHeader) throws(TokenRejection) -> VerificationKey {
        var isNamed = false
        var fitting: VerificationKey?
        var isAmbiguous = false
        let keyID = header.keyID
        for key in self.keys where key.answers(to: keyID) {
            isNamed = true
            guard key.algorithms.contains(header.algorithm) else { continue }
            isAmbiguous = isAmbiguous || fitting != nil
            fitting = key
        }
        guard isNamed else { throw .unknownKey }
        guard !self.isShared(keyID) else { throw .keyAmbiguous }
        guard let fitting else { throw .algorithmNotAllowed }
        guard !isAmbiguous else { throw .keyAmbiguous }
        return fitting
    }

    // A key ID that another key for signatures bears too, were it only a broken one.
    private func isShared(_ keyID: String?) -> Bool {
        guard let keyID else { return false }
        return self.skipped.contains { skipped in
            switch skipped.defect {
            case .malformed, .size, .weak:
                skipped.keyID?.isIdentical(to: keyID) ?? false
            case .typeUnknown, .notForSignatures, .algorithmMismatch, .keyIDInvalid: false
            }
        }
    }
}

extension JSONWebKeySet {
    /// Whether one of the keys made this signature: the primitive alone, without a token.
    package func hasKey(
        validating signature: [UInt8],
        over message: [UInt8],
        using algorithm: SignatureAlgorithm
    ) -> Bool {
        self.keys.contains { key in
            key.isValidSignature(signature.span, over: message.span, using: algorithm)
        }
    }

    /// Whether no token can be verified with it.
    public var isEmpty: Bool {
        self.keys.isEmpty
    }

    /// What the set holds, without key material.
    public var entries: [KeyInfo] {
        self.keys.map { KeyInfo($0) }
    }
}

/// What may be shown of a key.
public struct KeyInfo: Equatable, Sendable {
    /// Its `kid`; nil for a key without one or one that answers to any.
    public let keyID: String?

    /// Whether it is a secret.
    public let isSecret: Bool

    /// The only algorithms it is used with.
    public let algorithms: [SignatureAlgorithm]

    init(_ key: VerificationKey) {
        switch key.name {
        case .jwk(let keyID): self.keyID = keyID
        case .any: self.keyID = nil
        }
        switch key.material {
        case .publicKey: self.isSecret = false
        case .secret: self.isSecret = true
        }
        self.algorithms = key.algorithms
    }
}
