import NIOCore
import Testing

@testable import Gatekeeper

@Suite struct ClientLimitsTests {
    private static func network(_ text: String) throws -> ClientNetwork {
        ClientNetwork(try #require(IPAddress(text)))
    }

    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    @Test(
        "a client may ask at its pace, and ahead of it by a burst",
        arguments: [
            // Milliseconds at which a request comes, and whether it is admitted.
            (10, 1, [(0, true), (0, false), (99, false), (100, true), (200, true), (201, false)]),
            (10, 3, [(0, true), (0, true), (0, true), (0, false), (99, false), (100, true)]),
            (1, 2, [(0, true), (0, true), (999, false), (1_000, true), (1_001, false)]),
            (1_000, 1, [(0, true), (0, false), (1, true), (1, false), (2, true)]),
            // A rest gives the whole burst back, and never more.
            (10, 2, [(0, true), (0, true), (9_000, true), (9_000, true), (9_000, false)]),
        ] as [(Int, Int, [(Int64, Bool)])]
    )
    func pace(perSecond: Int, burst: Int, requests: [(Int64, Bool)]) {
        let account = ClientAccount()
        let rate = RequestRate(perSecond: perSecond, burst: burst)
        let admitted = requests.map { milliseconds, _ in
            account.admit(at: rate, now: Self.start + .milliseconds(milliseconds)) == nil
        }
        #expect(admitted == requests.map(\.1))
    }

    @Test("who is early is told how early, and waiting as long is enough")
    func wait() throws {
        let account = ClientAccount()
        let rate = RequestRate(perSecond: 4, burst: 2)
        #expect(account.admit(at: rate, now: Self.start) == nil)
        #expect(account.admit(at: rate, now: Self.start) == nil)
        let wait = try #require(account.admit(at: rate, now: Self.start + .milliseconds(50)))
        #expect(wait == .milliseconds(200))
        #expect(account.admit(at: rate, now: Self.start + .milliseconds(249)) != nil)
        #expect(account.admit(at: rate, now: Self.start + .milliseconds(250)) == nil)
    }

    @Test("loops that count at once lose no request and give none away")
    func shared() async {
        let account = ClientAccount()
        let rate = RequestRate(perSecond: 1, burst: 1_000)
        let admitted = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    (0..<1_000).count { _ in account.admit(at: rate, now: Self.start) == nil }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(admitted == 1_000)
    }

    @Test("connections are counted per client, and given back")
    func connections() throws {
        let accounts = ClientAccounts(ClientLimits(connections: 2))
        let ada = try Self.network("192.0.2.1")
        let olga = try Self.network("192.0.2.2")
        let first = try #require(accounts.open(ada, at: Self.start))
        #expect(accounts.open(ada, at: Self.start) === first)
        #expect(accounts.open(ada, at: Self.start) == nil)
        #expect(accounts.refusedConnections == 1)
        #expect(accounts.open(olga, at: Self.start) != nil)
        accounts.close(ada)
        #expect(accounts.open(ada, at: Self.start) === first)
    }

    @Test(
        "an IPv6 client is its /64, an IPv4 client its address, mapped or not",
        arguments: [
            ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true),
            ("2001:db8:0:1::1", "2001:db8:0:2::1", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
            ("192.0.2.1", "::192.0.2.1", false),
        ]
    )
    func networks(one: String, other: String, isSame: Bool) throws {
        let networks = (try Self.network(one), try Self.network(other))
        #expect((networks.0 == networks.1) == isSame)
    }

    @Test("whoever has nothing open is forgotten when there is no more room")
    func bounded() throws {
        let accounts = ClientAccounts(ClientLimits(connections: 9), shards: 1, clientsPerShard: 64)
        let kept = try Self.network("192.0.2.1")
        let account = try #require(accounts.open(kept, at: Self.start))
        for number in 0..<10_000 {
            let client = ClientNetwork(.v4(UInt32(number)))
            _ = accounts.open(client, at: Self.start)
            accounts.close(client)
            #expect(accounts.count <= 64)
        }
        #expect(accounts.account(of: kept, at: Self.start) === account)
    }

    @Test("room is made of clients at rest first; one that is forgotten is known to be")
    func forgetting() {
        let rate = RequestRate(perSecond: 1, burst: 10)
        let accounts = ClientAccounts(ClientLimits(rate: rate), shards: 1, clientsPerShard: 64)
        func account(_ number: UInt32, asks: Bool) -> ClientAccount {
            let account = accounts.account(of: ClientNetwork(.v4(number)), at: Self.start)
            if asks { _ = account.admit(at: rate, now: Self.start) }
            return account
        }
        let busy = (UInt32(0)..<32).map { account($0, asks: true) }
        let atRest = (UInt32(100)..<132).map { account($0, asks: false) }
        _ = account(1_000, asks: false)
        #expect(atRest.count { $0.isForgotten } == 32)
        #expect(busy.count { $0.isForgotten } == 0)
        #expect(accounts.count == 33)
        let flood = (UInt32(2_000)..<4_000).map { account($0, asks: true) }
        #expect(accounts.count <= 64)
        #expect(busy.count { $0.isForgotten } == 32)
        #expect(flood.count { !$0.isForgotten } <= 64)
    }
}
