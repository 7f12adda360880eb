internal import JSON

/// Reads one key of RFC 7517 section 4, and decides whether signatures may be verified with it.
enum JSONWebKey {
    static func key(_ members: JSONNode) throws(KeyDefect) -> VerificationKey {
        guard members.isObject else { throw .malformed }
        guard let type = members.member("kty")?.string else { throw .malformed }
        let material = try self.material(type: type, members)
        try self.checkUse(members)
        return VerificationKey(
            name: .jwk(try self.keyID(members)),
            judged: material,
            algorithms: try self.algorithms(members, possible: material.algorithms)
        )
    }

    private static func material(
        type: String,
        _ members: JSONNode
    ) throws(KeyDefect) -> JudgedMaterial {
        switch type {
        case "RSA":
            let modulus = try self.bytes("n", members)
            let exponent = try self.bytes("e", members)
            try RSAKeyRules.check(modulus: modulus, exponent: exponent)
            let key = DistinguishedEncoding.rsaPublicKey(modulus: modulus, exponent: exponent)
            return try JudgedMaterial(LibcryptoKey.subjectPublicKeyInfo(key))
        case "EC": return try self.ellipticCurve(members)
        case "OKP":
            guard members.member("crv")?.isString(equalTo: "Ed25519") ?? false else {
                throw .typeUnknown
            }
            let publicKey = try self.bytes("x", members)
            guard publicKey.count == EdwardsKeyRules.byteCount else { throw .size }
            return try JudgedMaterial(LibcryptoKey.ed25519(publicKey))
        case "oct": return try JudgedMaterial(secret: self.bytes("k", members))
        default: throw .typeUnknown
        }
    }

    private static func ellipticCurve(_ members: JSONNode) throws(KeyDefect) -> JudgedMaterial {
        guard let name = members.member("crv")?.string else { throw .malformed }
        guard let curve = EllipticCurve(rawValue: name) else { throw .typeUnknown }
        let x = try self.bytes("x", members)
        let y = try self.bytes("y", members)
        // RFC 7518 section 6.2.1.2: a coordinate is as long as the curve's field, zeros included.
        guard x.count == curve.byteCount, y.count == curve.byteCount else { throw .size }
        let key = DistinguishedEncoding.curvePublicKey(curve, x: x, y: y)
        return try JudgedMaterial(LibcryptoKey.subjectPublicKeyInfo(key))
    }

    private static func bytes(_ name: String, _ members: JSONNode) throws(KeyDefect) -> [UInt8] {
        guard let text = members.member(name)?.string, let bytes = Base64URL.decode(text) else {
            throw .malformed
        }
        return bytes
    }
}

extension JSONWebKey {
    // RFC 7517 section 4.3: where `use` and `key_ops` are both given, both must allow it.
    private static func checkUse(_ members: JSONNode) throws(KeyDefect) {
        if let use = members.member("use") {
            guard use.isString else { throw .malformed }
            guard use.isString(equalTo: "sig") else { throw .notForSignatures }
        }
        guard let operations = members.member("key_ops") else { return }
        guard operations.isArray else { throw .malformed }
        var canVerify = false
        try operations.forEachElement { (operation) throws(KeyDefect) in
            guard let name = operation.string else { throw .malformed }
            guard name == "verify" || name == "sign" else { throw .notForSignatures }
            canVerify = canVerify || name == "verify"
        }
        guard canVerify else { throw .notForSignatures }
    }

    private static func keyID(_ members: JSONNode) throws(KeyDefect) -> String? {
        guard let member = members.member("kid") else { return nil }
        guard let keyID = member.string, !keyID.isEmpty else { throw .keyIDInvalid }
        return keyID
    }

    private static func algorithms(
        _ members: JSONNode,
        possible: [SignatureAlgorithm]
    ) throws(KeyDefect) -> [SignatureAlgorithm] {
        guard let member = members.member("alg") else { return possible }
        guard let name = member.string else { throw .malformed }
        guard let algorithm = SignatureAlgorithm(rawValue: name), possible.contains(algorithm)
        else { throw .algorithmMismatch }
        return [algorithm]
    }
}
