/// The parts of a set in the words of the language, with everything whose order means nothing
/// put in order: equal texts mean equal sets.
extension ResolvedPolicySet {
    /// A stable hash of what the set means; formatting, comments and titles do not enter.
    var digest: UInt64 {
        let lines =
            self.admits.map(\.meaning).sorted() + self.policies.map(\.meaning).sorted()
            + self.pages.meaning
        return stableHash(of: lines.joined(separator: "\n"))
    }
}

extension Admit {
    package var meaning: String {
        "admit \(self.classes)" + (self.route.map { " to \($0)" } ?? "")
    }
}

extension Policy {
    package var meaning: String {
        let routes = self.routes.map { "on \($0)" }.sorted()
        let parts: [String?] =
            ["policy \(self.name)", "for \(self.subject)"]
            + [self.exception.map { "except \($0)" }] + routes + self.rule.meaning
            + [
                self.from.map { "from \($0)" }, self.until.map { "until \($0)" },
                self.grace.map { "grace \($0.period) after \($0.anchor.rawValue)" },
                self.mode.meaning, self.because.map { "because \"\($0)\"" },
            ]
        return parts.compactMap(\.self).joined(separator: " ")
    }
}

extension Policy.Rule {
    fileprivate var meaning: [String] {
        switch self {
        case .deny: ["deny"]
        case .require(let demands, let otherwiseDeny):
            demands.map { "require \($0)" }.sorted() + (otherwiseDeny ? ["otherwise deny"] : [])
        }
    }
}

extension Policy.Mode {
    fileprivate var meaning: String? {
        switch self {
        case .enforce: nil
        case .monitor(let since): "mode monitor since \(since)"
        }
    }
}

extension Pages {
    fileprivate var meaning: [String] {
        let pages = [
            ("sign-in", self.signIn), ("step-up", self.stepUp), ("enroll", self.enroll),
            ("factors", self.factors),
        ]
        return pages.compactMap { name, page in page.map { "\(name) \($0.meaning)" } }
    }
}

extension Page {
    fileprivate var meaning: String {
        let companions = self.companions.map(\.description).sorted().joined(separator: ", ")
        let target =
            switch self.target {
            case .path(let path): path
            case .url(let url): url
            case .builtin: "builtin"
            }
        return companions.isEmpty ? target : "\(target) with \(companions)"
    }
}

/// FNV-1a over the bytes of `text`, its bits mixed at the end: the same on every machine.
private func stableHash(of text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
    hash = (hash ^ (hash >> 33)) &* 0xc4ce_b9fe_1a85_ec53
    return hash ^ (hash >> 33)
}
