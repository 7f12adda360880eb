package import JSON
internal import TokenVerify

extension SigningKey {
    /// A token of these claims, with the key's `alg` and `kid` in the header.
    package func token(
        claims: JSONObject,
        type: String? = "JWT",
        header extra: JSONObject = [:]
    ) throws(SigningError) -> String {
        var header: JSONObject = ["alg": .string(self.algorithm.rawValue)]
        header["kid"] = self.keyID.map { .string($0) }
        header["typ"] = type.map { .string($0) }
        for member in extra {
            header[member.name] = member.value
        }
        return try self.token(
            header: JSONValue.object(header).serialized(),
            payload: JSONValue.object(claims).serialized()
        )
    }

    /// A token of a header and a payload exactly as given, however wrong they are.
    package func token(header: String, payload: String) throws(SigningError) -> String {
        try self.token(header: Array(header.utf8), payload: Array(payload.utf8))
    }

    /// A token of a header and a payload exactly as given, however wrong they are.
    package func token(header: [UInt8], payload: [UInt8]) throws(SigningError) -> String {
        let input = "\(Base64URL.encode(header)).\(Base64URL.encode(payload))"
        return try self.signed(input)
    }

    /// A signing input with its signature appended, whatever it looks like.
    package func signed(_ input: String) throws(SigningError) -> String {
        "\(input).\(Base64URL.encode(try self.signature(over: Array(input.utf8))))"
    }

    /// The signature in the form of JOSE.
    package func signature(over input: [UInt8]) throws(SigningError) -> [UInt8] {
        switch self.material {
        case .pair(let key): try key.signature(over: input, using: self.algorithm)
        case .secret(let secret): try authenticationCode(secret, input, self.algorithm)
        }
    }
}
