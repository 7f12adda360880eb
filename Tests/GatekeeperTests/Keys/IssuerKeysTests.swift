import NIOCore
import Synchronization
import Testing
import TokenVerify

@testable import Gatekeeper

@Suite struct IssuerKeysTests {
    private func keys(secret: Bool = false, isComplete: Bool = false) throws -> IssuerKeys {
        let secretKeys =
            secret ? try JSONWebKeySet(hmacSecret: [UInt8](repeating: 7, count: 32)) : nil
        return IssuerKeys(issuer: "i", source: "s", secretKeys: secretKeys, isComplete: isComplete)
    }

    private func publish(_ keyID: String?, to keys: IssuerKeys) throws {
        keys.publish(
            try keyID.map { try KeyFixture.document($0) },
            fetchedAt: .at(0),
            nextFetch: .at(60),
            lastFailure: nil
        )
    }

    @Test("before the first answer nothing can be verified, and nobody is to blame")
    func empty() throws {
        let snapshot = try self.keys().snapshot
        #expect(!snapshot.isUsable)
        #expect(!snapshot.isComplete)
    }

    @Test("a secret alone is complete")
    func secretAlone() throws {
        let snapshot = try self.keys(secret: true, isComplete: true).snapshot
        #expect(snapshot.isUsable)
        #expect(snapshot.isComplete)
    }

    @Test("a secret stays while the fetched keys come and go")
    func secretStays() throws {
        let keys = try self.keys(secret: true)
        try self.publish("a", to: keys)
        #expect(keys.snapshot.keys.entries.map { $0.keyID } == [nil, "a"])
        #expect(keys.snapshot.isComplete)
        try self.publish(nil, to: keys)
        #expect(keys.snapshot.keys.entries.map { $0.keyID } == [nil])
        #expect(keys.snapshot.isUsable)
        #expect(!keys.snapshot.isComplete)
    }

    @Test("every change has a generation of its own, in the whole process")
    func generations() throws {
        let one = try self.keys()
        let other = try self.keys()
        var seen = [one.generation, other.generation]
        for keyID in ["a", "b", nil, "a"] {
            try self.publish(keyID, to: one)
            seen.append(one.generation)
            #expect(one.snapshot.generation == one.generation)
        }
        #expect(Set(seen).count == seen.count)
    }

    @Test("the status follows, change or not")
    func status() throws {
        let keys = try self.keys()
        try self.publish("a", to: keys)
        let generation = keys.generation
        keys.publish(
            try KeyFixture.document("a"),
            fetchedAt: .at(10),
            nextFetch: .at(70),
            lastFailure: .status(500)
        )
        #expect(keys.generation == generation)
        #expect(keys.status.fetchedAt == .at(10))
        #expect(keys.status.nextFetch == .at(70))
        #expect(keys.status.lastFailure == .status(500))
        #expect(keys.status.keys.map { $0.keyID } == ["a"])
    }

    @Test("readers on other threads see whole snapshots only")
    func concurrency() async throws {
        let keys = try self.keys()
        let documents = [try KeyFixture.document("a"), try KeyFixture.document("b")]
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for number in 0..<2_000 {
                    keys.publish(
                        documents[number % 2],
                        fetchedAt: nil,
                        nextFetch: nil,
                        lastFailure: nil
                    )
                }
                return true
            }
            for _ in 0..<2 {
                group.addTask {
                    var last: UInt64 = 0
                    for _ in 0..<2_000 {
                        let snapshot = keys.snapshot
                        guard snapshot.generation >= last else { return false }
                        guard snapshot.keys.entries.count <= 1 else { return false }
                        last = snapshot.generation
                    }
                    return true
                }
            }
            for await isFine in group { #expect(isFine) }
        }
    }
}
