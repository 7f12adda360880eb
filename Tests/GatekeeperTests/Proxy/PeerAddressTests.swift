import NIOCore
import Testing

@testable import Gatekeeper

@Suite struct PeerAddressTests {
    @Test(
        "a peer's address is the one its text names",
        arguments: ["192.0.2.200", "2001:db8::1", "::1", "::ffff:10.1.1.1", "255.255.255.255"]
    )
    func addresses(text: String) throws {
        let peer = try SocketAddress(ipAddress: text, port: 80)
        #expect(IPAddress(peer) == IPAddress(text))
    }

    @Test func aUnixSocketHasNoAddress() throws {
        #expect(IPAddress(try SocketAddress(unixDomainSocketPath: "/tmp/x")) == nil)
    }
}
