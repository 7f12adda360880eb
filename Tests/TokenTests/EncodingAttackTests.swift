import JSON
import Testing
import TokenSigning
import TokenVerify

/// What may be wrong with the text of a token, whoever signed it.
@Suite struct EncodingAttackTests {
    static let refusals: [Refusal] = shapes + alphabets + signatures

    @Test(arguments: refusals)
    func isRefused(_ refusal: Refusal) throws {
        try refusal.check()
    }

    private static let shapes: [Refusal] = [
        .text("empty", "token-malformed") { _ in "" },
        .text("one dot", "token-malformed") { _ in "." },
        .text("two dots", "token-malformed") { _ in ".." },
        .text("only a header", "token-malformed") { $0.segments[0] },
        .text("no signature segment", "token-malformed") { token in
            token.segments.prefix(2).joined(separator: ".")
        },
        .text("empty signature", "token-malformed") { $0.replacing(segment: 2, with: "") },
        .text("empty header", "token-malformed") { $0.replacing(segment: 0, with: "") },
        .text("empty payload", "signature-invalid") { $0.replacing(segment: 1, with: "") },
        .text("a fourth segment", "token-malformed") { $0 + ".e30" },
        .text("a dot at the end", "token-malformed") { $0 + "." },
        .text("a dot at the start", "token-malformed") { "." + $0 },
        .text("a sixth segment", "token-malformed") { $0 + ".e30.e30.e30" },
        .text("five segments", "token-encrypted") { $0 + ".e30.e30" },
        .text("the JSON serialization", "token-malformed") { token in
            #"{"payload":"\#(token.segments[1])"}"#
        },
        .text("truncated", "signature-invalid") { String($0.dropLast(2)) },
        .text("doubled", "token-malformed") { "\($0).\($0)" },
        .text("segments in another order", "header-malformed") { token in
            token.segments.reversed().joined(separator: ".")
        },
        .text("one megabyte", "token-too-large") { token in
            token.replacing(segment: 1, with: String(repeating: "A", count: 1 << 20))
        },
        .text("a byte over the limit", "token-too-large") { _ in
            String(repeating: "A", count: 16_385)
        },
        .text("with Bearer", "token-encoding") { "Bearer \($0)" },
    ]

    private typealias Change = @Sendable (String) -> String

    private static let alphabets: [Refusal] = (0..<3).flatMap { position in
        wrongSegments.map { wrongSegment(position, $0.name, $0.change) }
    }

    private static let wrongSegments: [(name: String, change: Change)] = [
        ("padding", { "\($0)=" }),
        ("a space", { "\($0) " }),
        ("a line break", { "\n\($0)" }),
        ("a plus sign", { "+\($0.dropFirst())" }),
        ("a slash", { "/\($0.dropFirst())" }),
        ("a NUL", { "\($0)\0" }),
        ("a percent sign", { "%41\($0)" }),
        ("a letter beyond ASCII", { "\($0)\u{E9}" }),
        ("one character too many", { "\($0.dropLast($0.count % 4))A" }),
        ("trailing bits", { "\($0.dropLast($0.count % 4))AB" }),
    ]

    private static func wrongSegment(
        _ position: Int,
        _ name: String,
        _ change: @escaping Change
    ) -> Refusal {
        .text("\(name) in segment \(position)", "token-encoding") { token in
            token.replacing(segment: position, with: change(token.segments[position]))
        }
    }

    private static let signatures: [Refusal] = [
        .text("extended by a byte", "signature-invalid") { try changed($0) { $0 + [0] } },
        .text("preceded by a byte", "signature-invalid") { try changed($0) { [0] + $0 } },
        .text("in DER", "signature-invalid") { try changed($0, distinguished) },
        .text("r zero", "signature-invalid") { token in
            try changed(token) { [UInt8](repeating: 0, count: 32) + $0.suffix(32) }
        },
        .text("s zero", "signature-invalid") { token in
            try changed(token) { $0.prefix(32) + [UInt8](repeating: 0, count: 32) }
        },
        // CVE-2022-21449: both zero, which a broken verifier takes for a signature of anything.
        .text("r and s zero", "signature-invalid") { token in
            try changed(token) { _ in [UInt8](repeating: 0, count: 64) }
        },
        .text("r and s the order", "signature-invalid") { try changed($0) { _ in order + order } },
        .text("halves swapped", "signature-invalid") { token in
            try changed(token) { $0.suffix(32) + $0.prefix(32) }
        },
        .text("of another token", "signature-invalid") { token in
            let other = try SigningKey.shared(.es256).token(
                claims: .ordinary.with(["sub": "mallory"])
            )
            return token.replacing(segment: 2, with: other.segments[2])
        },
        .text("claims of another token", "signature-invalid") { token in
            let other = try SigningKey.shared(.es256).token(
                claims: .ordinary.with(["sub": "mallory"])
            )
            return token.replacing(segment: 1, with: other.segments[1])
        },
        Refusal("by another key of the same ID", "signature-invalid") {
            try SigningKey.generate(.es256, keyID: "key-ES256").token(claims: .ordinary)
        },
    ]

    private static let order: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC,
        0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]

    private static func changed(
        _ token: String,
        _ change: ([UInt8]) -> [UInt8]
    ) throws -> String {
        let signature = try #require(Base64URL.decode(token.segments[2]))
        return token.replacing(segment: 2, with: Base64URL.encode(change(signature)))
    }

    private static func distinguished(_ signature: [UInt8]) -> [UInt8] {
        DistinguishedEncoding.sequence([
            DistinguishedEncoding.integer(Array(signature.prefix(32))),
            DistinguishedEncoding.integer(Array(signature.suffix(32))),
        ])
    }
}

extension EncodingAttackTests {
    @Test("no single changed byte of a token leaves it valid")
    func everyByteCounts() throws {
        let key = try SigningKey.shared(.edDSA)
        let keys = try key.publicSet()
        let token = Array(try key.token(claims: .ordinary).utf8)
        for position in token.indices {
            var changed = token
            changed[position] = changed[position] == UInt8(ascii: "A") ? 0x42 : 0x41
            #expect(verdict(String(decoding: changed, as: UTF8.self), keys: keys) != "valid")
        }
    }

    @Test("no prefix of a token is valid")
    func everyPrefix() throws {
        let key = try SigningKey.shared(.edDSA)
        let keys = try key.publicSet()
        let token = try key.token(claims: .ordinary)
        for count in 0..<token.count {
            #expect(verdict(String(token.prefix(count)), keys: keys) != "valid")
        }
    }
}
