import JSON
import Testing

@testable import GatekeeperDemo

/// The cookie that the example application keeps sessions in, as `@supabase/ssr` writes it.
@Suite struct SessionCookieFormTests {
    private static let cookie = SessionCookie(project: "https://abcdefghijkl.supabase.co")

    private static func session(bytes: Int) -> JSONObject {
        ["access_token": .string(String(repeating: "a", count: bytes))]
    }

    @Test(
        "its name follows from the project's URL",
        arguments: [
            ("https://abcdefghijkl.supabase.co", "sb-abcdefghijkl-auth-token"),
            ("http://127.0.0.1:54321", "sb-127-auth-token"),
            ("http://localhost:54321", "sb-localhost-auth-token"),
            ("https://auth.acme.test", "sb-auth-auth-token"),
        ]
    )
    func name(url: String, name: String) {
        #expect(SessionCookie(project: url).name == name)
    }

    @Test(
        "a long session is cut, and read back whole",
        arguments: [(10, 1), (3_000, 2), (9_000, 4)]
    )
    func chunks(bytes: Int, count: Int) {
        let session = Self.session(bytes: bytes)
        let pairs = Self.cookie.pairs(for: session)
        #expect(pairs.count == count)
        #expect(pairs.allSatisfy { $0.value.utf8.count <= 3_180 })
        #expect(pairs.first?.value.hasPrefix("base64-") == true)
        #expect(pairs.first?.name == Self.cookie.name + (count > 1 ? ".0" : ""))
        let cookies = Dictionary(uniqueKeysWithValues: pairs.map { ($0.name, $0.value) })
        #expect(Self.cookie.session(in: cookies) == session)
    }

    @Test func whatAnEarlierSessionLeftOverIsCleared() {
        let name = Self.cookie.name
        let fields = Self.cookie.fields(
            keeping: Self.session(bytes: 10),
            over: ["\(name).0": "x", "\(name).1": "x", "\(name)-code-verifier": "x"]
        )
        #expect(fields.count == 3)
        #expect(fields[0].hasSuffix("; Path=/; SameSite=Lax; Max-Age=34560000"))
        #expect(fields[1] == "\(name).0=; Path=/; SameSite=Lax; Max-Age=0")
        #expect(fields[2] == "\(name).1=; Path=/; SameSite=Lax; Max-Age=0")
    }

    @Test(arguments: ["", "base64-", "base64-?", "raw", "base64-W10"])
    func whatIsNoSessionIsNone(value: String) {
        #expect(Self.cookie.session(in: [Self.cookie.name: value]) == nil)
    }
}
