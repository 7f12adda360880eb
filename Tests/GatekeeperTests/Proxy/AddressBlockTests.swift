import NIOCore
import Testing

@testable import Gatekeeper

@Suite struct AddressBlockTests {
    @Test(
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
            ("192.0.2.128/25", "192.0.2.200", true), ("192.0.2.128/25", "192.0.2.1", false),
            ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
            ("2001:db8::/32", "2001:db8::1", true), ("2001:db8::/33", "2001:db8:8000::", false),
            ("10.0.0.0/8", "::ffff:10.1.1.1", true), ("0.0.0.0/0", "1.2.3.4", true),
            ("0.0.0.0/0", "::1", false), ("::/0", "::1", true), ("10.0.0.0/9", "10.128.0.0", false),
        ]
    )
    func membership(block: String, address: String, expected: Bool) throws {
        let block = try #require(AddressBlock(block))
        let bytes = try #require(try SocketAddress(ipAddress: address, port: 0).ipBytes)
        #expect(block.contains(bytes) == expected)
    }

    @Test(
        arguments: [
            "", "x", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/8/8", "::/129", "*",
            "10.0.0.0/-1", "example.com",
        ]
    )
    func notABlock(text: String) {
        #expect(AddressBlock(text) == nil)
    }

    @Test func everything() {
        #expect(AddressBlock("0.0.0.0/0")?.isEverything == true)
        #expect(AddressBlock("::/0")?.isEverything == true)
        #expect(AddressBlock("10.0.0.0/8")?.isEverything == false)
    }
}
