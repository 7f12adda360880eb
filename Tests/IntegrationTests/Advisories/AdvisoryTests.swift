import Foundation
import Testing

/// Holes that other products fell into, sent as raw bytes to the real binary in front of an
/// upstream that records raw bytes.
@Suite(.timeLimit(.minutes(2))) struct AdvisoryTests {
    private static func setup() throws -> GateSetup {
        var setup = try GateSetup(settings: "public_url: https://app.example")
        setup.policy = """
            gatekeeper 1
            pages { sign-in /login  step-up /mfa  enroll /mfa/setup }
            admit anyone to reads /public/**, /pub.x/**
            admit users
            policy admin { for users on /admin/** at app.example, *.app.example require aal2 }
            """
        return setup
    }

    @Test("no request of an advisory gets further than it should")
    func rows() async throws {
        let rows = AdvisoryRow.targets + AdvisoryRow.fields + AdvisoryRow.redirects
        try await ServeProcess.run(try Self.setup()) { serve in
            let token = try serve.setup.issuer.token("ada")
            for row in rows {
                let before = serve.received
                let client = try await serve.client()
                try await client.send(row.bytes(token: token))
                let answer = HTTPAnswer(try await client.receiveAll())
                try await client.close()
                row.check(answer, seen: serve.received(since: before))
            }
        }
    }

    @Test("a subject with a line end of its own names nobody")
    func generatedFields() async throws {
        // GHSA-w5w5-487h-qv8q: fields that are made from a claim.
        try await ServeProcess.run(try Self.setup()) { serve in
            let token = try serve.setup.issuer.token("ada\r\nX-Evil: 1")
            #expect(try await serve.get("/public/x", as: token).status == 401)
            #expect(serve.received.isEmpty)
        }
    }
}

extension ServeProcess {
    /// What the upstream has received, by connection.
    fileprivate var received: [String] {
        (0..<self.upstream.connections).map(self.upstream.received)
    }

    fileprivate func received(since before: [String]) -> String {
        self.received.enumerated().map { index, text in
            String(text.utf8.dropFirst(index < before.count ? before[index].utf8.count : 0)) ?? ""
        }.joined()
    }
}

extension AdvisoryRow {
    fileprivate func check(_ answer: HTTPAnswer, seen: String) {
        let note = Comment(rawValue: "\(self.name): \(answer.status) \(answer["Location"] ?? "")")
        switch self.outcome {
        case .refused(let status):
            #expect(answer.status == status, note)
            #expect(seen.isEmpty, note)
        case .redirected(let page):
            #expect(answer.status == 302 || answer.status == 303, note)
            #expect(answer["Location"]?.hasSuffix(page) == true, note)
            #expect(answer["Location"]?.contains("evil") == false, note)
            #expect(seen.isEmpty, note)
        case .forwarded(let line, let unwanted):
            #expect(answer.status == 200, note)
            #expect(seen.hasPrefix("\(line)\r\n"), note)
            #expect(seen.contains("X-Gatekeeper-Class: visitor\r\n"), note)
            for text in unwanted { #expect(!seen.contains(text), note) }
        }
    }
}
