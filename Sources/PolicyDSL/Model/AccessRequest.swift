/// What is asked for: the canonical form that is matched and forwarded alike.
public struct AccessRequest: Hashable, Sendable {
    /// The method, byte for byte as it came.
    public var method: String
    /// The canonical path, without query.
    public var path: String
    /// The host in lower case, without port and trailing dot.
    public var host: Fact<String>
    /// Whether the request asks for another protocol (WebSocket).
    public var isUpgrade: Bool

    /// Makes a request; a host that is not named is Unknown.
    public init(
        method: String = "GET",
        path: String,
        host: Fact<String> = .unknown,
        isUpgrade: Bool = false
    ) {
        self.method = method
        self.path = path
        self.host = host
        self.isUpgrade = isUpgrade
    }
}
