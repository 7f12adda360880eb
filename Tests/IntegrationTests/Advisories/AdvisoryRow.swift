import Testing

/// One request that made another product go wrong, as raw text, and what has to become of it.
struct AdvisoryRow: Sendable, CustomTestStringConvertible {
    enum Caller: Sendable {
        /// No credential.
        case nobody
        /// A user with a factor who has signed in with a password only.
        case ada
    }

    enum Outcome: Sendable {
        /// The answer has this status, and the upstream sees nothing.
        case refused(Int)
        /// The caller is sent to a page of ours, and the upstream sees nothing.
        case redirected(to: String)
        /// The upstream sees this request line, and none of these texts.
        case forwarded(String, without: [String] = [])
    }

    /// The advisories, and the mechanism in a few words.
    let name: String
    let caller: Caller
    let request: String
    let outcome: Outcome

    var testDescription: String { self.name }

    init(_ name: String, _ caller: Caller, _ request: String, _ outcome: Outcome) {
        self.name = name
        self.caller = caller
        self.request = request
        self.outcome = outcome
    }

    /// A request with a line of its own and further fields.
    init(
        _ name: String,
        _ caller: Caller,
        _ line: String,
        fields: [String],
        _ outcome: Outcome
    ) {
        let all = ["\(line) HTTP/1.1", "Host: app.example", "Connection: close"] + fields
        self.init(name, caller, all.joined(separator: "\r\n") + "\r\n\r\n", outcome)
    }

    /// The bytes to send; a credential goes behind the first line.
    func bytes(token: String) -> [UInt8] {
        guard self.caller == .ada, let end = self.request.firstRange(of: "\r\n") else {
            return Array(self.request.utf8)
        }
        let credential = "Authorization: Bearer \(token)\r\n"
        return Array((self.request[..<end.upperBound] + credential).utf8)
            + Array(self.request[end.upperBound...].utf8)
    }
}
