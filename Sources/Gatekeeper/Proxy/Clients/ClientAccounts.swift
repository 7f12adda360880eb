internal import NIOCore
internal import Synchronization

/// The accounts of all clients, for all loops.
///
/// Its locks are taken when a connection opens or closes, never for a request. It remembers a
/// bounded number of clients that have nothing open; those that do are bounded by the
/// connections there can be.
final class ClientAccounts: Sendable {
    private struct Entry {
        let account = ClientAccount()
        var connections = 0
    }

    private final class Shard: Sendable {
        let entries = Mutex<[ClientNetwork: Entry]>([:])
    }

    let limits: ClientLimits
    private let shards: [Shard]
    private let clientsPerShard: Int
    private let open = Atomic(0)
    private let turnedAway = Atomic(0)

    init(_ limits: ClientLimits, shards: Int = 16, clientsPerShard: Int = 4_096) {
        self.limits = limits
        self.shards = (0..<shards).map { _ in Shard() }
        self.clientsPerShard = clientsPerShard
    }

    /// Connections that are open, limited or not.
    var openConnections: Int { self.open.load(ordering: .relaxed) }

    /// Connections that were closed because their client had too many.
    var refusedConnections: Int { self.turnedAway.load(ordering: .relaxed) }

    /// How many clients are remembered.
    var count: Int {
        self.shards.reduce(0) { $0 + $1.entries.withLock { $0.count } }
    }

    func connectionOpened() {
        self.open.add(1, ordering: .relaxed)
    }

    func connectionClosed() {
        self.open.subtract(1, ordering: .relaxed)
    }

    /// Counts a connection, and answers with its client's account; nil when that has too many.
    func open(_ client: ClientNetwork, at now: NIODeadline) -> ClientAccount? {
        let account = self.shard(of: client).entries.withLock { entries in
            let index = self.index(of: client, in: &entries, at: now)
            if let most = self.limits.connections, entries.values[index].connections >= most {
                return Optional<ClientAccount>.none
            }
            entries.values[index].connections += 1
            return entries.values[index].account
        }
        if account == nil { self.turnedAway.add(1, ordering: .relaxed) }
        return account
    }

    func close(_ client: ClientNetwork) {
        self.shard(of: client).entries.withLock { entries in
            guard let index = entries.index(forKey: client) else { return }
            entries.values[index].connections -= 1
        }
    }

    /// The account of a client whose connections are somebody else's.
    func account(of client: ClientNetwork, at now: NIODeadline) -> ClientAccount {
        self.shard(of: client).entries.withLock { entries in
            let index = self.index(of: client, in: &entries, at: now)
            return entries.values[index].account
        }
    }

    private func shard(of client: ClientNetwork) -> Shard {
        // Hasher is seeded anew in every process, so that nobody can choose who shares a lock.
        self.shards[Int(UInt(bitPattern: client.hashValue) % UInt(self.shards.count))]
    }

    private func index(
        of client: ClientNetwork,
        in entries: inout [ClientNetwork: Entry],
        at now: NIODeadline
    ) -> Dictionary<ClientNetwork, Entry>.Index {
        if let index = entries.index(forKey: client) { return index }
        if entries.count >= self.clientsPerShard { self.makeRoom(in: &entries, at: now) }
        entries[client] = Entry()
        return entries.index(forKey: client) ?? entries.startIndex
    }

    /// Forgets whoever is at rest, and if need be some who are not: who asked so many times from
    /// so many addresses gains a burst, and no more.
    private func makeRoom(in entries: inout [ClientNetwork: Entry], at now: NIODeadline) {
        let idle = entries.filter { $0.value.connections == 0 }
        let atRest = idle.filter { $0.value.account.isSquare(at: now) }
        let leaving = atRest.count >= self.clientsPerShard / 8 ? atRest : idle
        for (client, entry) in leaving {
            entry.account.forget()
            entries[client] = nil
        }
    }
}
