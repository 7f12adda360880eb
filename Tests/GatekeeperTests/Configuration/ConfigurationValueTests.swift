import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct ConfigurationValueTests {
    @Test(
        "durations have one unit",
        arguments: [
            ("700ms", 700), ("10s", 10_000), ("5m", 300_000), ("1h", 3_600_000), ("0s", 0),
        ]
    )
    func durations(text: String, milliseconds: Int64) throws {
        let duration = try #require(DurationSyntax.parse(text))
        #expect(duration.milliseconds == milliseconds)
        #expect(DurationSyntax.format(duration) == text)
    }

    @Test(
        "what is no duration is none",
        arguments: ["", "10", "s", "-1s", "1.5s", "1 s", "1d", "1h30m", "9999999999999h", "１s"]
    )
    func noDurations(text: String) {
        #expect(DurationSyntax.parse(text) == nil)
    }

    @Test("a duration is written in its largest whole unit")
    func formatting() {
        #expect(DurationSyntax.format(.seconds(90)) == "90s")
        #expect(DurationSyntax.format(.seconds(7_200)) == "2h")
        #expect(DurationSyntax.format(.milliseconds(1_500)) == "1500ms")
    }

    @Test(
        "sizes have one unit",
        arguments: [("512B", 512), ("16KiB", 16_384), ("1MiB", 1_048_576), ("1GiB", 1 << 30)]
    )
    func sizes(text: String, bytes: Int) {
        #expect(SizeSyntax.parse(text) == bytes)
        #expect(SizeSyntax.format(bytes) == text)
    }

    @Test(
        "what is no size is none",
        arguments: ["", "16", "KiB", "16KB", "-1B", "1.5MiB", "99999GiB"]
    )
    func noSizes(text: String) {
        #expect(SizeSyntax.parse(text) == nil)
    }

    @Test(
        "endpoints are an address and a port, or a socket",
        arguments: [
            ("127.0.0.1:8080", SocketEndpoint.tcp(host: "127.0.0.1", port: 8_080)),
            ("[::1]:0", .tcp(host: "::1", port: 0)),
            ("Localhost:80", .tcp(host: "localhost", port: 80)),
            ("unix:/run/a.sock", .unix(path: "/run/a.sock")),
        ]
    )
    func endpoints(text: String, expected: SocketEndpoint) {
        #expect(SocketEndpoint(text) == expected)
        #expect(SocketEndpoint(expected.description) == expected)
    }

    @Test(
        "what is no endpoint is none",
        arguments: [
            "", ":8080", "8080", "127.0.0.1", "a b:1", "::1:80", "[::1]", "[x]:1", "a:-1",
            "a:65536",
            "unix:run/a.sock", "unix:", "a:1:2", "a:+1",
        ]
    )
    func noEndpoints(text: String) {
        #expect(SocketEndpoint(text) == nil)
    }

    @Test("a socket path fits into an address")
    func socketLength() {
        #expect(SocketEndpoint("unix:/" + String(repeating: "a", count: 106)) != nil)
        #expect(SocketEndpoint("unix:/" + String(repeating: "a", count: 107)) == nil)
    }

    @Test(
        "origins are compared in one form",
        arguments: [
            ("https://App.Example.com", "https://app.example.com"),
            ("https://app.example.com:443/", "https://app.example.com"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("HTTP://[::1]:3000", "http://[::1]:3000"),
        ]
    )
    func origins(text: String, expected: String) {
        #expect(WebOrigin(text)?.description == expected)
    }

    @Test(
        "what is no URL is none",
        arguments: [
            "", "app.example.com", "//app", "ftp://a", "https://", "https://a@b", "https://a:b",
            "https://a/#x", "https://a/\\b", "https://a b", "https://a:0", "javascript:alert(1)",
            "https:/a", "https://.a", "https://a..b", "https://ä.example",
        ]
    )
    func noURLs(text: String) {
        #expect(WebURL(text) == nil)
    }

    @Test(
        "plain http is safe on this machine only",
        arguments: [
            ("http://127.0.0.1", false), ("http://127.9.9.9:1", false), ("http://[::1]", false),
            ("http://localhost", false), ("http://app.localhost", false), ("https://a.test", false),
            ("http://a.test", true), ("http://10.0.0.1", true), ("http://127.0.0.1.nip.io", true),
            ("http://localhost.example.com", true), ("http://0.0.0.0", true),
        ]
    )
    func exposure(text: String, isExposed: Bool) throws {
        #expect(try #require(WebOrigin(text)).isExposed == isExposed)
    }

    @Test(
        "addresses are strict",
        arguments: [
            ("10.0.0.1", "10.0.0.1"), ("::ffff:10.0.0.1", "10.0.0.1"),
            ("2001:db8::1", "2001:db8:0:0:0:0:0:1"), ("::", "0:0:0:0:0:0:0:0"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ]
    )
    func addresses(text: String, expected: String) {
        #expect(IPAddress(text)?.description == expected)
    }

    @Test(
        "what is no address is none",
        arguments: [
            "", "10.0.0", "10.0.0.256", "010.0.0.1", "1.2.3.4.5", "1:2:3:4:5:6:7", "1::2::3",
            "12345::", "1:2:3:4:5:6:7:8:9", "::1%eth0", "g::", "+1::",
        ]
    )
    func noAddresses(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(
        "a block holds what shares its prefix",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
            ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.8", false),
            ("2001:db8::/32", "2001:db8:1::1", true), ("2001:db8::/32", "2001:db9::1", false),
            ("10.0.0.0/8", "::ffff:10.1.1.1", true), ("::1/128", "0.0.0.1", false),
            ("192.0.2.128/25", "192.0.2.200", true), ("192.0.2.128/25", "192.0.2.1", false),
            ("2001:db8::/33", "2001:db8:8000::", false), ("10.0.0.0/9", "10.128.0.0", false),
        ]
    )
    func blocks(block: String, address: String, isInside: Bool) throws {
        let network = try IPNetwork(parsing: block)
        #expect(network.contains(try #require(IPAddress(address))) == isInside)
        #expect(try IPNetwork(parsing: network.description) == network)
    }

    @Test(
        "what is no block is refused with its reason",
        arguments: [
            ("*", IPNetwork.Problem.wildcard), ("0.0.0.0/0", .wildcard), ("::/0", .wildcard),
            ("10.0.0.1/8", .hostBits), ("10.0.0.0/33", .malformed), ("x", .malformed),
            ("10.0.0.0/8/8", .malformed), ("10.0.0.0/-1", .malformed), ("10.0.0.0/", .malformed),
            ("10.0.0.0/+8", .malformed), ("", .malformed), ("::/129", .malformed),
        ]
    )
    func noBlocks(text: String, problem: IPNetwork.Problem) {
        #expect(throws: problem) { try IPNetwork(parsing: text) }
    }

    @Test(
        "claim paths are names with dots between, odd ones in quotes",
        arguments: [
            ("role", ["role"]), ("app_metadata.role", ["app_metadata", "role"]),
            (#"a."b.c".d"#, ["a", "b.c", "d"]), (#""https://x/amr""#, ["https://x/amr"]),
        ]
    )
    func claimPaths(text: String, segments: [String]) {
        #expect(ClaimPathSyntax.parse(text) == ClaimPath(segments))
    }

    @Test(
        "what is no claim path is none",
        arguments: ["", ".", "a.", ".a", "a..b", "1a", "a b", #"""#, #""""#, #""a"b"#, "ä"]
    )
    func noClaimPaths(text: String) {
        #expect(ClaimPathSyntax.parse(text) == nil)
    }

    @Test(
        "a URL template has one place for the subject, in its path or query",
        arguments: [
            ("https://a/users/{subject}", true), ("https://a/users?id={subject}&x=1", true),
            ("https://a/users", false), ("https://{subject}.a/", false), ("{subject}", false),
            ("https://a/{subject}/{subject}", false), ("https://a{subject}/", false),
            ("https://a/{subject}/#x", false),
        ]
    )
    func templates(text: String, isTemplate: Bool) {
        let template = URLTemplate(text)
        #expect((template != nil) == isTemplate)
        if let template { #expect(template.description == text) }
    }
}
