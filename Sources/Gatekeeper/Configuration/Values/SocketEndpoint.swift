/// A place to listen at or to connect to.
enum SocketEndpoint: Hashable, Sendable {
    case tcp(host: String, port: Int)
    case unix(path: String)
}

extension SocketEndpoint {
    /// Reads `host:port`, `[v6]:port` or `unix:/path`.
    init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst("unix:".count))
            // sockaddr_un holds 108 bytes with the final NUL.
            guard path.hasPrefix("/"), path.utf8.count < 108 else { return nil }
            self = .unix(path: path)
            return
        }
        guard let authority = HostAndPort(text), let port = authority.port else { return nil }
        self = .tcp(host: authority.host, port: port)
    }

    /// Whether only this machine can reach it.
    var isLocal: Bool {
        switch self {
        case .tcp(let host, _): HostAndPort.isLoopback(host)
        case .unix: true
        }
    }
}

extension SocketEndpoint: CustomStringConvertible {
    var description: String {
        switch self {
        case .tcp(let host, let port): "\(HostAndPort.bracketed(host)):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

/// The authority of a URL without user information: a host in lower case and maybe a port.
struct HostAndPort: Equatable, Sendable {
    let host: String
    let port: Int?

    init?(_ text: String) {
        guard let split = Self.split(text) else { return nil }
        if let digits = split.port {
            guard let port = Self.port(digits) else { return nil }
            self.port = port
        } else {
            self.port = nil
        }
        self.host = split.host.lowercased()
    }

    private static func split(_ text: String) -> (host: String, port: Substring?)? {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let host = String(text[text.index(after: text.startIndex)..<end])
            guard case .v6 = IPAddress(host) else { return nil }
            let rest = text[text.index(after: end)...]
            if rest.isEmpty { return (host, nil) }
            return rest.hasPrefix(":") ? (host, rest.dropFirst()) : nil
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, Self.isHostName(name) else { return nil }
        return (String(name), parts.count > 1 ? parts[1] : nil)
    }

    private static func port(_ digits: Substring) -> Int? {
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        guard let port = Int(digits), port <= 65_535 else { return nil }
        return port
    }

    private static func isHostName(_ name: Substring) -> Bool {
        let isOrdinary = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
            default: false
            }
        }
        return isOrdinary && !name.isEmpty && !name.hasPrefix(".") && !name.contains("..")
            && name.utf8.count <= 253
    }

    /// Whether `host` can only be this machine.
    static func isLoopback(_ host: String) -> Bool {
        if let address = IPAddress(host) { return address.isLoopback }
        return host == "localhost" || host.hasSuffix(".localhost")
    }

    /// The host as it stands in a URL.
    static func bracketed(_ host: String) -> String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
    }
}
