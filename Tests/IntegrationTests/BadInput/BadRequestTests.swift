import JSON
import NIOCore
import Testing

/// Requests that two readers could understand differently, or that never end.
@Suite(.timeLimit(.minutes(1))) struct BadRequestTests {
    @Test(
        "a path that others could read otherwise is refused",
        arguments: [
            "/admin%2Fusers", "/x/..%2Fadmin", "/x%2f..%2fadmin", "/admin%5Cusers", #"/x\..\admin"#,
            "/../admin", "/x/../../admin", "/%2e%2e/admin", "//admin", "/x//admin", "/admin;x=1",
            "/admin%00", "/admin%zz", "/admin%ff", "/admin#x", "/%0d%0aadmin",
        ]
    )
    func refusedPath(target: String) async throws {
        try await Gate.run { gate in
            let answer = try await gate.get(target, as: try gate.issuer.token())
            #expect(answer.status == 400)
            #expect(gate.upstream.connections == 0)
        }
    }

    @Test(
        "every other way of writing a protected path is that path",
        arguments: [
            "/admin/users", "/./admin/users", "/x/../admin/users", "/x/%2e%2e/admin/users",
            "/x/.%2E/admin/./users", "/%61dmin/users", "/%61%64%6D%69%6E/%75sers",
            "http://app.example/admin/users",
        ]
    )
    func canonicalPath(target: String) async throws {
        try await Gate.run { gate in
            let refused = try await gate.get(target, as: try gate.issuer.token("ada"))
            #expect(refused.status == 302)
            #expect(refused["Location"]?.contains("/mfa?return_to=%2Fadmin%2Fusers") == true)
            #expect(gate.upstream.connections == 0)
            let token = try gate.issuer.token("ada", assurance: "aal2", methods: ["totp"])
            #expect(try await gate.get(target, as: token).status == 200)
            #expect(gate.forwarded.hasPrefix("GET /admin/users HTTP/1.1\r\n"))
        }
    }

    @Test(
        "two Host fields, or none, are 400",
        arguments: [
            "Host: app.example\r\nHost: app.example\r\n", "Host: app.example\r\nhost: evil\r\n", "",
            "Host: a b\r\n",
        ]
    )
    func hosts(lines: String) async throws {
        try await Gate.run { gate in
            let answer = try await gate.send("GET /public/x HTTP/1.1\r\n\(lines)\r\n")
            #expect(answer.status == 400)
            #expect(gate.upstream.connections == 0)
        }
    }

    @Test("a head of 100 KiB is 431")
    func largeHead() async throws {
        try await Gate.run { gate in
            let line = "X-Large: \(String(repeating: "a", count: 100 << 10))"
            let single = try await gate.get("/public/x", line)
            #expect(single.status == 431)
            let many = (0..<2000).map { "X-\($0): \(String(repeating: "a", count: 40))" }
            #expect(try await gate.request("GET", "/public/x", many).status == 431)
            #expect(gate.upstream.connections == 0)
        }
    }

    @Test("a client that sends one byte after the other has as long as everybody else")
    func slowClient() async throws {
        let setup = try GateSetup(settings: "limits: {header_read_timeout: 400ms}")
        try await Gate.run(setup) { gate in
            let client = try await gate.client()
            let started = ContinuousClock.now
            let drip = Task {
                for byte in "GET /public/\(String(repeating: "x", count: 1000))".utf8 {
                    try await client.send([byte])
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            let answer = HTTPAnswer(try await client.receiveAll())
            drip.cancel()
            #expect(answer.status == 408)
            #expect(ContinuousClock.now - started < .seconds(8))
            #expect(gate.upstream.connections == 0)
        }
    }

    @Test(
        "a body whose length is in doubt is 400",
        arguments: [
            "Content-Length: 1\r\nTransfer-Encoding: chunked",
            "Content-Length: 1\r\nContent-Length: 2",
            "Content-Length: +1", "Transfer-Encoding: gzip, chunked", "X: a\r\n b", "X : a",
        ]
    )
    func framing(lines: String) async throws {
        try await Gate.run { gate in
            let answer = try await gate.send(
                "POST /x HTTP/1.1\r\nHost: app.example\r\n\(lines)\r\n\r\n"
            )
            #expect(answer.status == 400)
            #expect(gate.upstream.connections == 0)
        }
    }

    @Test(
        "what we cannot read we can still log",
        arguments: ["\u{0}\r\n\r\n", "GET / HTTP/9\r\n\r\n"]
    )
    func logged(text: String) async throws {
        try await Gate.run { gate in
            let answer = try await gate.send(text)
            #expect([400, 505].contains(answer.status))
            let record = try await gate.records(1)[0]
            #expect(record["status"]?.integerValue == Int64(answer.status))
            #expect(record["outcome"]?.stringValue == "deny")
        }
    }
}
