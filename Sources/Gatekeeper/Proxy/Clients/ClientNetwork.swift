/// What limits go by: an IPv4 address, or the /64 of an IPv6 address, in which one client has as
/// many addresses as it likes.
struct ClientNetwork: Hashable, Sendable {
    private let base: IPAddress

    init(_ address: IPAddress) {
        switch address {
        case .v4: self.base = address
        case .v6(let number): self.base = .v6((number >> 64) << 64)
        }
    }
}
