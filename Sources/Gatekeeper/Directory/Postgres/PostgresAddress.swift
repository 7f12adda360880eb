/// Where a PostgreSQL is, and how it is spoken to: the options of a `postgres://` URL.
struct PostgresAddress: Equatable, Sendable {
    struct Option: Equatable, Sendable {
        let name: String
        let value: String
    }

    /// Why a URL is not used.
    enum Problem: Error, Equatable, Sendable {
        case notAURL
        /// The host would be taken from elsewhere.
        case noHost
        case unknownMode(String)
        /// Others on the way could read the facts, or forge them.
        case exposed(host: String)
    }

    private(set) var options: [Option]

    init(_ url: String) throws(Problem) {
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://"),
            let options = PostgresConnection.options(of: url)
        else { throw .notAURL }
        self.options = options
        guard self["service"] == nil else { throw .noHost }
        let hosts = self.hosts
        guard !hosts.isEmpty, hosts.allSatisfy({ !$0.isEmpty }) else { throw .noHost }
        let mode = self["sslmode"] ?? "prefer"
        guard Self.modes.contains(mode) else { throw .unknownMode(mode) }
        // `require` encrypts, and takes anybody for the server.
        let proves = mode == "verify-ca" || mode == "verify-full"
        if !proves, let host = hosts.first(where: { !Self.isOnThisMachine($0) }) {
            throw .exposed(host: host)
        }
        self.set("sslmode", mode)
    }

    subscript(name: String) -> String? { self.options.first { $0.name == name }?.value }

    private mutating func set(_ name: String, _ value: String) {
        self.options.removeAll { $0.name == name }
        self.options.append(Option(name: name, value: value))
    }

    /// The same with `value` for what the URL leaves open.
    func settingDefault(_ name: String, _ value: String) -> PostgresAddress {
        var address = self
        if self[name] == nil { address.set(name, value) }
        return address
    }

    private static let modes = [
        "disable", "allow", "prefer", "require", "verify-ca", "verify-full",
    ]

    // Where packets go: `hostaddr` wins over the name, host by host.
    private var hosts: [String] {
        let names = Self.list(self["host"])
        let addresses = Self.list(self["hostaddr"])
        return (0..<max(names.count, addresses.count)).map { index in
            let address = index < addresses.count ? addresses[index] : ""
            guard address.isEmpty else { return address }
            return index < names.count ? names[index] : ""
        }
    }

    private static func list(_ value: String?) -> [String] {
        (value ?? "").isEmpty
            ? []
            : (value ?? "").split(separator: ",", omittingEmptySubsequences: false)
                .map(String.init)
    }

    // A host with a slash, or with `@` for Linux's abstract ones, is a socket.
    private static func isOnThisMachine(_ host: String) -> Bool {
        host.hasPrefix("/") || host.hasPrefix("@") || HostAndPort.isLoopback(host)
    }

    /// libpq's own form: names and quoted values.
    var connectionString: String {
        self.options.map { option in
            let value = option.value.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
            return "\(option.name)='\(value)'"
        }
        .joined(separator: " ")
    }
}
