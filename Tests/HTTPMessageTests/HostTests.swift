import HTTPMessage
import Testing

@Suite struct HostTests {
    @Test(
        "the host is compared in lower case, without port and one trailing dot",
        arguments: [
            ("App.Example", "app.example"), ("app.example:8080", "app.example"),
            ("app.example.", "app.example"), ("app.example.:1", "app.example"),
            ("app.example:", "app.example"), ("a..", "a."), ("LOCALHOST", "localhost"),
            ("127.0.0.1:80", "127.0.0.1"), ("[::1]:80", "[::1]"), ("[FE80::1]", "[fe80::1]"),
            ("a_b", "a_b"), ("a%41b", "a%41b"), ("x!$&'()*+,;=", "x!$&'()*+,;="),
            ("app.example:65535", "app.example"),
        ]
    )
    func compared(host: String, expected: String) throws {
        let head = try #require(try parse("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n"))
        #expect(head.text(head.host) == expected)
        #expect(head.forwarded().contains("\r\nHost: \(host)\r\n"))
    }

    @Test(
        "absolute form agrees with Host or is refused",
        arguments: [
            ("http://a/x", "a", nil), ("http://A/x", "a", nil), ("http://a:80/x", "a", nil),
            ("http://a/x", "a:80", nil), ("https://a:443/x", "a", nil), ("http://a./x", "a", nil),
            ("http://[::1]/x", "[::1]", nil), ("http://a:81/x", "a:81", nil),
            ("http://b/x", "a", .targetAuthorityMismatch),
            ("http://a:443/x", "a", .targetAuthorityMismatch),
            ("https://a/x", "a:80", .targetAuthorityMismatch),
            ("http:///x", "a", .targetMalformed), ("http://a@b/x", "b", .targetMalformed),
        ] as [(String, String, RequestRejection?)]
    )
    func absoluteForm(target: String, host: String, expected: RequestRejection?) throws {
        let text = "GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n"
        #expect(rejection(of: text) == expected)
        guard expected == nil else { return }
        #expect(try parse(text)?.forwarded().hasPrefix("GET /x HTTP/1.1\r\n") == true)
    }
}
