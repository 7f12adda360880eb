import HTTPMessage
import NIOEmbedded
import Testing

@testable import Gatekeeper

@Suite struct ClientAddressTests {
    private func address(
        from peer: String,
        _ chain: [String] = [],
        trusting blocks: [String] = ["10.0.0.0/8", "2001:db8:ffff::/48"]
    ) throws -> ClientAddress {
        let proxies = try blocks.map { try IPNetwork(parsing: $0) }
        let connection = ConnectionInfo(
            eventLoop: EmbeddedEventLoop(),
            peer: Array(peer.utf8),
            isTrustedProxy: IPAddress(peer).map { peer in
                proxies.contains { $0.contains(peer) }
            } ?? (peer == "unix"),
            isTLS: false
        )
        let head = try IdentityFixture.head(chain.map { "X-Forwarded-For: \($0)" })
        return ClientAddress(head, from: connection, trusting: proxies)
    }

    @Test("a stranger is where its connection comes from, whatever it says")
    func strangers() throws {
        #expect(try self.address(from: "192.0.2.1", ["198.51.100.7"]).text == "192.0.2.1")
        #expect(try self.address(from: "2001:db8::1", ["127.0.0.1"]).text == "2001:db8::1")
    }

    @Test(
        "behind proxies it is the last one that is none of ours",
        arguments: [
            (["198.51.100.7"], "198.51.100.7"),
            (["203.0.113.1, 198.51.100.7"], "198.51.100.7"),
            (["198.51.100.7, 10.0.0.9"], "198.51.100.7"),
            (["203.0.113.1", "198.51.100.7 ,\t10.0.0.9"], "198.51.100.7"),
            (["198.51.100.7:4711"], "198.51.100.7"),
            (["[2001:db8::7]:4711"], "2001:db8::7"), (["[2001:db8::7]"], "2001:db8::7"),
            (["2001:db8::7"], "2001:db8::7"), ([], "10.0.0.1"), (["10.0.0.9"], "10.0.0.9"),
        ] as [([String], String)]
    )
    func proxies(_ chain: [String], _ expected: String) throws {
        #expect(try self.address(from: "10.0.0.1", chain).text == expected)
    }

    @Test(
        "what stands before something unreadable is nobody's word",
        arguments: [
            "203.0.113.1, unknown", "203.0.113.1, _hidden", "203.0.113.1, 198.51.100", "x",
            "203.0.113.1, 198.51.100.07", "203.0.113.1, <script>",
            "203.0.113.1, a:b:c", "203.0.113.1, [::1",
        ]
    )
    func unreadable(_ chain: String) throws {
        let text = try self.address(from: "10.0.0.1", [chain]).text
        #expect(text != "203.0.113.1")
    }

    @Test("a socket of this machine has no address of its own")
    func sockets() throws {
        #expect(try self.address(from: "unix").text == nil)
        #expect(try self.address(from: "unix", ["198.51.100.7"]).text == "198.51.100.7")
        #expect(try self.address(from: "unix").network == nil)
    }

    @Test("limits go by the network that one client has to itself")
    func networks() throws {
        let one = try self.address(from: "2001:db8:1:2::1").network
        #expect(try self.address(from: "2001:db8:1:2:ffff::9").network == one)
        #expect(try self.address(from: "2001:db8:1:3::1").network != one)
        #expect(try self.address(from: "192.0.2.1").network == "192.0.2.1")
        let mapped = try self.address(from: "::ffff:192.0.2.1").network
        #expect(try self.address(from: "::ffff:192.0.2.2").network != mapped)
    }
}
