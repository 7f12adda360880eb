/// A HOST of the language: `app.example.com`, `*.example.com`, `localhost`.
enum HostWord {
    /// Why no host can match, and what to write.
    struct Problem: Error, Equatable {
        let message: String
        let help: String?
    }

    /// Whether the word is meant as a host; any other word is a define.
    static func isHost(_ word: String) -> Bool {
        word == "localhost" || word.contains(".") || word.contains("*") || word.contains(":")
            || word.contains("/")
    }

    private static func unknown(_ word: String) -> Problem {
        Problem(
            message: "\(Spelling.quoted(word)) is not a host",
            help: Spelling.question(Spelling.nearest(to: word, among: ["localhost"]))
                ?? "hosts hold a dot, as in `app.example.com`"
        )
    }

    static func pattern(_ word: String) throws(Problem) -> HostPattern {
        try self.refuseURL(word)
        let host = word.hasSuffix(".") ? String(word.dropLast()) : word
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let names = labels.first == "*" ? labels.dropFirst() : labels[...]
        guard !names.contains("*"), !names.contains(where: { $0.contains("*") }) else {
            throw Problem(
                message: "misplaced `*` in a host",
                help: "`*` is the first label only, as in `*.example.com`"
            )
        }
        guard !names.isEmpty, names.allSatisfy(Self.isLabel), host.utf8.count <= 253,
            let pattern = HostPattern(host)
        else {
            throw Problem(
                message: "\(Spelling.quoted(word)) is not a host",
                help: "labels hold letters, digits, `-` and `_`, with dots between"
            )
        }
        return pattern
    }

    /// The host itself, where a pattern has no place.
    static func concreteHost(_ word: String) throws(Problem) -> String {
        guard Self.isHost(word) else { throw Self.unknown(word) }
        switch try Self.pattern(word) {
        case .exact(let host): return host
        case .subdomains:
            throw Problem(message: "wildcard in a host that must be exact", help: nil)
        }
    }

    private static func refuseURL(_ word: String) throws(Problem) {
        if word.contains("/") {
            let afterScheme = word.split(separator: "/").first { !$0.hasSuffix(":") }
            throw Problem(
                message: "\(Spelling.quoted(word)) is more than a host",
                help: afterScheme.map { "write `\(Spelling.shown(String($0), limit: 60))`" }
            )
        }
        if let colon = word.firstIndex(of: ":") {
            throw Problem(
                message: "port in a host",
                help: "hosts are compared without port: write `\(word[..<colon])`"
            )
        }
    }

    // Underscores are no host names by RFC 952, but a reg-name of RFC 3986 and in use.
    private static func isLabel(_ label: Substring) -> Bool {
        !label.isEmpty && label.utf8.count <= 63
            && label.utf8.allSatisfy {
                Ascii.isLetter($0) || Ascii.isDigit($0) || $0 == Ascii.dash
                    || $0 == UInt8(ascii: "_")
            }
    }
}
