package import JSON
package import TokenVerify

extension SigningKey {
    /// Reads a private key of RFC 7518 section 6; `alg` must be given here or in the key.
    package init(
        jwk members: JSONObject,
        algorithm: SignatureAlgorithm? = nil
    ) throws(SigningError) {
        let named = members["alg"]?.stringValue.flatMap { SignatureAlgorithm(rawValue: $0) }
        guard let algorithm = algorithm ?? named else { throw .malformedKey(member: "alg") }
        self.init(
            algorithm: algorithm,
            keyID: members["kid"]?.stringValue,
            material: try Self.material(members)
        )
    }

    /// The public key as a JSON Web Key; for a secret, the secret itself.
    package func publicJWK() throws(SigningError) -> JSONObject {
        switch self.material {
        case .pair(let key): self.described(try key.members(includingPrivate: false))
        case .secret(let secret): self.described(["kty": "oct", "k": encoded(secret)])
        }
    }

    /// The private key as a JSON Web Key.
    package func privateJWK() throws(SigningError) -> JSONObject {
        switch self.material {
        case .pair(let key): self.described(try key.members(includingPrivate: true))
        case .secret(let secret): self.described(["kty": "oct", "k": encoded(secret)])
        }
    }

    /// The set of the public keys, as an issuer publishes it.
    package static func keySet(_ keys: [SigningKey]) throws(SigningError) -> JSONObject {
        var list: [JSONValue] = []
        for key in keys {
            list.append(.object(try key.publicJWK()))
        }
        return ["keys": .array(list)]
    }

    /// The public key as a PEM block; a secret has none.
    package func publicPEM() throws(SigningError) -> String {
        switch self.material {
        case .pair(let key): try key.pem(includingPrivate: false)
        case .secret: throw .unusableKey
        }
    }

    /// The private key as a PKCS #8 PEM block; a secret has none.
    package func privatePEM() throws(SigningError) -> String {
        switch self.material {
        case .pair(let key): try key.pem(includingPrivate: true)
        case .secret: throw .unusableKey
        }
    }

    private func described(_ material: JSONObject) -> JSONObject {
        var members = material
        members["use"] = "sig"
        members["alg"] = .string(self.algorithm.rawValue)
        members["kid"] = self.keyID.map { .string($0) }
        return members
    }
}

extension SigningKey {
    private static func material(_ members: JSONObject) throws(SigningError) -> SigningMaterial {
        switch members["kty"]?.stringValue {
        case "oct": return .secret(try decoded("k", of: members))
        case "RSA":
            let der = DistinguishedEncoding.rsaPrivateKey(try self.numbers(members))
            return .pair(try PrivateKey(der: der))
        case "EC":
            let name = members["crv"]?.stringValue ?? ""
            guard let curve = EllipticCurve(rawValue: name) else {
                throw .malformedKey(member: "crv")
            }
            let der = DistinguishedEncoding.curvePrivateKey(
                curve,
                point: try [0x04] + decoded("x", of: members) + decoded("y", of: members),
                scalar: try decoded("d", of: members)
            )
            return .pair(try PrivateKey(der: der))
        case "OKP": return .pair(try PrivateKey(ed25519: decoded("d", of: members)))
        default: throw .malformedKey(member: "kty")
        }
    }

    private static func numbers(_ members: JSONObject) throws(SigningError) -> [[UInt8]] {
        var numbers: [[UInt8]] = []
        for number in RSANumber.allCases {
            numbers.append(try decoded(number.rawValue, of: members))
        }
        return numbers
    }
}

extension PrivateKey {
    fileprivate func members(includingPrivate: Bool) throws(SigningError) -> JSONObject {
        switch self.type {
        case .rsa: try self.rsaMembers(includingPrivate: includingPrivate)
        case .ellipticCurve(let curve):
            try self.curveMembers(curve, includingPrivate: includingPrivate)
        case .ed25519: try self.edwardsMembers(includingPrivate: includingPrivate)
        }
    }

    private func rsaMembers(includingPrivate: Bool) throws(SigningError) -> JSONObject {
        var members: JSONObject = ["kty": "RSA"]
        for number in RSANumber.allCases where includingPrivate || number.isPublic {
            members[number.rawValue] = encoded(try self.number(number))
        }
        return members
    }

    private func curveMembers(
        _ curve: EllipticCurve,
        includingPrivate: Bool
    ) throws(SigningError) -> JSONObject {
        let point = try self.point(curve)
        var members: JSONObject = ["kty": "EC", "crv": .string(curve.rawValue)]
        members["x"] = encoded(point.x)
        members["y"] = encoded(point.y)
        if includingPrivate {
            members["d"] = encoded(try self.scalar(curve))
        }
        return members
    }

    private func edwardsMembers(includingPrivate: Bool) throws(SigningError) -> JSONObject {
        var members: JSONObject = ["kty": "OKP", "crv": "Ed25519"]
        members["x"] = encoded(try self.rawPublicKey())
        if includingPrivate {
            members["d"] = encoded(try self.rawPrivateKey())
        }
        return members
    }
}

private func encoded(_ bytes: [UInt8]) -> JSONValue {
    .string(Base64URL.encode(bytes))
}

private func decoded(_ member: String, of members: JSONObject) throws(SigningError) -> [UInt8] {
    guard let text = members[member]?.stringValue, let bytes = Base64URL.decode(text) else {
        throw .malformedKey(member: member)
    }
    return bytes
}
