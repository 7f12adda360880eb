import Foundation
import JWTKit

/// jwt-kit on the tokens that the benchmark wrote: processor time per verification.
@main
enum JWTKitPeer {
    static func main() async throws {
        guard let folder = CommandLine.arguments.dropFirst().first else { return }
        for algorithm in CommandLine.arguments.dropFirst(2) {
            let file = URL(filePath: folder).appending(path: algorithm)
            let token = try Data(contentsOf: file.appendingPathExtension("token"))
            let pem = try Data(contentsOf: file.appendingPathExtension("pem"))
            guard let keys = try await keys(algorithm, pem) else {
                print("jwt-kit 5.7.1 \(algorithm) unsupported")
                continue
            }
            print("jwt-kit 5.7.1 \(algorithm) \(try await median(keys, Array(token)))")
        }
    }

    private static func keys(_ algorithm: String, _ pem: Data) async throws -> JWTKeyCollection? {
        let keys = JWTKeyCollection()
        switch algorithm {
        case "RS256":
            await keys.add(rsa: try Insecure.RSA.PublicKey(pem: pem), digestAlgorithm: .sha256)
        case "ES256": await keys.add(ecdsa: try ES256PublicKey(pem: pem))
        case "EdDSA":
            // Ed25519 cannot be read from PEM; the last 32 bytes of its DER are the key.
            let text = String(decoding: pem, as: UTF8.self).split(separator: "\n")
            let der = Data(base64Encoded: text.dropFirst().dropLast().joined()) ?? Data()
            let x = der.suffix(32).base64EncodedString()
            await keys.add(eddsa: try EdDSA.PublicKey(x: x, curve: .ed25519))
        default: return nil
        }
        return keys
    }

    private static func median(
        _ keys: JWTKeyCollection,
        _ token: [UInt8]
    ) async throws -> String {
        var rounds: [Double] = []
        for _ in 0..<15 {
            let start = processorTime()
            for _ in 0..<200 {
                _ = try await keys.verify(token, as: Session.self)
            }
            rounds.append((processorTime() - start) / 200)
        }
        return String(format: "%.2f", rounds.sorted()[7])
    }

    // Of the whole process: jwt-kit may change threads at each `await`.
    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }
}

private struct Session: JWTPayload {
    let iss: IssuerClaim
    let sub: SubjectClaim
    let aud: AudienceClaim
    let exp: ExpirationClaim
    let aal: String

    func verify(using algorithm: some JWTAlgorithm) async throws {
        try self.exp.verifyNotExpired()
        try self.aud.verifyIntendedAudience(includes: "authenticated")
        guard self.iss.value == "https://qwertyuiopasdfghjkl0.supabase.co/auth/v1" else {
            throw JWTError.claimVerificationFailure(failedClaim: self.iss, reason: "issuer")
        }
    }
}
