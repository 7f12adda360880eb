/// A pattern of hosts, in lower case.
package enum HostPattern: Hashable, Sendable {
    case exact(String)
    /// `*.suffix`: one or more labels before the suffix, so not the suffix itself.
    case subdomains(of: String)
}

extension HostPattern {
    /// Reads `app.example.com` or `*.example.com`; nil where `*` stands anywhere else.
    package init?(_ text: String) {
        let host = text.lowercased()
        guard host.hasPrefix("*.") else {
            guard !host.isEmpty, !host.contains("*") else { return nil }
            self = .exact(host)
            return
        }
        let suffix = host.dropFirst(2)
        guard !suffix.isEmpty, !suffix.contains("*") else { return nil }
        self = .subdomains(of: String(suffix))
    }

    /// Whether the pattern covers `host`, which is in lower case without port.
    package func matches(_ host: String) -> Bool {
        switch self {
        case .exact(let name): host.utf8.elementsEqual(name.utf8)
        case .subdomains(of: let suffix):
            host.utf8.count > suffix.utf8.count + 1
                && host.utf8.reversed().starts(with: ("." + suffix).utf8.reversed())
        }
    }
}

extension HostPattern: CustomStringConvertible {
    package var description: String {
        switch self {
        case .exact(let name): name
        case .subdomains(of: let suffix): "*.\(suffix)"
        }
    }
}
