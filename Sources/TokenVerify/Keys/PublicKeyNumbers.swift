/// The numbers a public key consists of, as far as they must be judged.
enum PublicKeyNumbers {
    case rsa(modulus: [UInt8], exponent: [UInt8])
    case ellipticCurve(EllipticCurve)
    case ed25519([UInt8])
}
