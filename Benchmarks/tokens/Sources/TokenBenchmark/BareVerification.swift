import CJansson
import CLibcrypto
import TokenSigning
import TokenVerify

/// What nobody who uses libcrypto can do without: one verification with a ready key.
@safe final class BareVerification {
    private let key: OpaquePointer  // EVP_PKEY
    private let digest: OpaquePointer?  // EVP_MD
    private let input: [UInt8]
    private let signature: [UInt8]

    init?(token: String, key: SigningKey) throws {
        let pem = try key.publicPEM()
        let source = unsafe BIO_new_mem_buf(pem, -1)
        defer { unsafe BIO_free(source) }
        guard let handle = unsafe PEM_read_bio_PUBKEY(source, nil, nil, nil),
            let dot = token.lastIndex(of: "."),
            let signature = Base64URL.decode(String(token[token.index(after: dot)...]))
        else { return nil }
        unsafe self.key = handle
        unsafe self.digest = key.algorithm == .edDSA ? nil : EVP_MD_fetch(nil, "SHA256", nil)
        self.input = Array(token[..<dot].utf8)
        self.signature = key.algorithm == .es256 ? Self.distinguished(signature) : signature
    }

    deinit {
        unsafe EVP_PKEY_free(self.key)
        unsafe EVP_MD_free(self.digest)
    }

    func run() -> Bool {
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestVerifyInit(context, nil, self.digest, nil, self.key) == 1 else {
            return false
        }
        return unsafe EVP_DigestVerify(
            context,
            self.signature,
            self.signature.count,
            self.input,
            self.input.count
        ) == 1
    }

    private static func distinguished(_ signature: [UInt8]) -> [UInt8] {
        DistinguishedEncoding.sequence([
            DistinguishedEncoding.integer(Array(signature.prefix(32))),
            DistinguishedEncoding.integer(Array(signature.suffix(32))),
        ])
    }
}

/// jansson's own time for the header and the payload of a token.
struct BareParsing {
    private let texts: [[UInt8]]

    init(token: String) {
        self.texts = token.split(separator: ".").prefix(2).compactMap { segment in
            Base64URL.decode(String(segment))
        }
    }

    func run() -> Bool {
        for text in self.texts {
            let parsed = unsafe text.withUnsafeBufferPointer { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                    unsafe json_loadb(
                        characters.baseAddress,
                        characters.count,
                        Int(JSON_REJECT_DUPLICATES),
                        nil
                    )
                }
            }
            guard let parsed = unsafe parsed else { return false }
            unsafe json_decref(parsed)
        }
        return true
    }
}
