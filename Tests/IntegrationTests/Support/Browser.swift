import NIOCore

/// A person's browser: it loads pages, keeps cookies and sends forms.
struct Browser {
    let port: Int
    private var cookies: [String: String] = [:]

    init(port: Int) {
        self.port = port
    }

    /// Loads a page, or sends a form to it.
    mutating func go(to target: String, form: String? = nil) async throws -> HTTPAnswer {
        let client = try await RawClient.connect(
            to: try SocketAddress(ipAddress: "127.0.0.1", port: self.port)
        )
        var lines = [
            "\(form == nil ? "GET" : "POST") \(target) HTTP/1.1", "Host: 127.0.0.1:\(self.port)",
            "Connection: close", "Accept: text/html", "Sec-Fetch-Mode: navigate",
            "Sec-Fetch-Site: same-origin",
        ]
        if !self.cookies.isEmpty {
            let pairs = self.cookies.map { "\($0.key)=\($0.value)" }
            lines.append("Cookie: \(pairs.sorted().joined(separator: "; "))")
        }
        if let form {
            lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append("Content-Length: \(form.utf8.count)")
        }
        try await client.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (form ?? ""))
        let answer = HTTPAnswer(try await client.receiveAll())
        for value in answer.values(of: "Set-Cookie") {
            let pair = value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
            guard let name = pair.first.map(String.init) else { continue }
            self.cookies[name] = pair.count == 2 ? String(pair[1]) : nil
        }
        return answer
    }
}
