import Foundation
import JSON
import TokenSigning
import TokenVerify

/// Processor time of this thread in microseconds: it hardly depends on what else the machine does.
func processorTime() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
}

/// Microseconds of one call, the median of several rounds; the contenders take turns.
func medians(of contenders: [() -> Bool], rounds: Int, calls: Int) -> [Double] {
    var samples = contenders.map { _ in [Double]() }
    for _ in 0..<rounds {
        for (position, run) in contenders.enumerated() {
            var succeeded = true
            let start = processorTime()
            for _ in 0..<calls {
                succeeded = run() && succeeded
            }
            samples[position].append((processorTime() - start) / Double(calls))
            precondition(succeeded, "a contender refused the token")
        }
    }
    return samples.map { $0.sorted()[rounds / 2] }
}

/// The claims of a Supabase session, which make a token of about 1 KB; they expire in 2100, since
/// other libraries ask the clock.
let claims: JSONObject = [
    "iss": "https://qwertyuiopasdfghjkl0.supabase.co/auth/v1",
    "sub": "0b9a3c1e-5d7f-4a21-9e30-61c2aa40f001", "aud": "authenticated",
    "exp": 4_102_444_800, "iat": 1_790_000_000, "email": "ada@example.test", "phone": "",
    "app_metadata": ["provider": "email", "providers": ["email"]],
    "user_metadata": ["name": "Ada Lovelace", "avatar_url": "https://example.test/ada.png"],
    "role": "authenticated", "aal": "aal2",
    "amr": [
        ["method": "totp", "timestamp": 1_790_000_000],
        ["method": "password", "timestamp": 1_789_999_870],
    ],
    "session_id": "7f1d2b5c-0c0e-4a55-8f44-2d9be0a7c111", "is_anonymous": false,
]
let expected = TokenExpectations(
    issuer: "https://qwertyuiopasdfghjkl0.supabase.co/auth/v1",
    audiences: ["authenticated"]
)
let now = NumericDate(seconds: 1_790_000_100)

func column(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}

func rounded(_ value: Double) -> String {
    let hundredths = Int(value * 100 + 0.5)
    let fraction = "0\(hundredths % 100)".suffix(2)
    return "\(hundredths / 100).\(fraction)"
}

/// Leaves token and key for the other libraries in the folder that the first argument names.
func export(_ token: String, _ key: SigningKey) throws {
    guard let folder = CommandLine.arguments.dropFirst().first else { return }
    let file = URL(filePath: folder).appending(path: key.algorithm.rawValue)
    try Data(token.utf8).write(to: file.appendingPathExtension("token"))
    try Data(key.publicPEM().utf8).write(to: file.appendingPathExtension("pem"))
}

// Microseconds per verification; `ratio` is ours to libcrypto's.
print("algorithm   libcrypto     ours    ratio   jansson    target")
for (algorithm, target) in [
    (SignatureAlgorithm.rs256, 1.5), (.es256, 1.15), (.edDSA, 1.15),
] {
    let key = try SigningKey.generate(algorithm, keyID: "c1f5a1f2-24a4-4a8e-9a5f-0f8f5d1f2a11")
    let token = try key.token(claims: claims)
    try export(token, key)
    let set = Array(JSONValue.object(try SigningKey.keySet([key])).serialized().utf8)
    let keys = try JSONWebKeySet(parsing: set)
    let bytes = Array(token.utf8)
    guard let bare = try BareVerification(token: token, key: key) else { continue }
    let parsing = BareParsing(token: token)
    let ours = {
        (try? TokenVerifier.verify(bytes.span, keys: keys, expecting: expected, at: now)) != nil
    }
    let times = medians(of: [bare.run, ours, parsing.run], rounds: 51, calls: 200)
    print(
        column(algorithm.rawValue, 9),
        column(rounded(times[0]), 11),
        column(rounded(times[1]), 8),
        column(rounded(times[1] / times[0]), 8),
        column(rounded(times[2]), 9),
        column("\(target)", 9),
        "  \(bytes.count) bytes"
    )
}

// A token that was verified before is found again by all of its bytes.
print()
print("remembered tokens       found   target")
for count in [1_000, 10_000] {
    let remembered = try RememberedTokens(count: count, claims: claims)
    let time = medians(of: [remembered.run], rounds: 51, calls: 10_000)[0]
    print(column("\(count)", 17), column(rounded(time), 11), column("1.5", 8))
}
