import DemoAuthority
import JSON
import Synchronization
import Testing
import TokenSigning

/// Keys that change while requests come, one after the other and without a pause.
@Suite(.timeLimit(.minutes(3))) struct KeyRotationTests {
    private static let rotations = 10
    private static let workers = 4

    /// The issuers of every rotation; `current` is the one who signs now.
    private final class Rotation: Sendable {
        let issuers: [TestIssuer]
        let project: ProjectStandIn
        private let state = Mutex((current: 0, isOver: false))

        init(_ project: ProjectStandIn) throws {
            self.project = project
            self.issuers = try (0...KeyRotationTests.rotations).map { number in
                try KeyRotationTests.issuer(of: project, keyID: "rotation-\(number)")
            }
        }

        var current: Int { self.state.withLock { $0.current } }

        var isOver: Bool { self.state.withLock { $0.isOver } }

        func end() { self.state.withLock { $0.isOver = true } }

        /// Publishes the key of `number` beside the one before it, and signs with it at once.
        func turn(to number: Int) throws {
            let keys = self.issuers[max(0, number - 1)...number].map(\.key)
            let set = JSONValue.object(try SigningKey.keySet(keys)).serialized()
            self.project.reply(to: ProjectStandIn.keySet, with: .json(set))
            self.state.withLock { $0.current = number }
        }

        /// A token of the issuer `number`, like no other token of it.
        func token(_ number: Int, jti: Int = 0) throws -> String {
            try self.issuers[number].token(extra: ["jti": .string("\(jti)")])
        }
    }

    /// Somebody who signs in the project's name with a key of their own.
    private static func issuer(of project: ProjectStandIn, keyID: String) throws -> TestIssuer {
        var issuer = try TestIssuer(keyID: keyID)
        issuer.name = project.issuer
        issuer.audience = "authenticated"
        return issuer
    }

    /// What the load saw.
    private final class Tally: Sendable {
        private let counts = Mutex<[Int: [Int: Int]]>([:])
        private let failures = Mutex<[String]>([])

        func count(_ answer: HTTPAnswer, key: Int, worker: Int) {
            self.counts.withLock { $0[worker, default: [:]][key, default: 0] += 1 }
            guard answer.status != 200 else { return }
            let reason = answer.reason ?? ""
            self.failures.withLock { $0.append("key \(key): \(answer.status) \(reason)") }
        }

        /// How many requests with this key the least busy worker has behind it.
        func least(key: Int) -> Int {
            self.counts.withLock { counts in
                (0..<KeyRotationTests.workers).map { counts[$0]?[key] ?? 0 }.min() ?? 0
            }
        }

        var lost: [String] { self.failures.withLock { $0 } }

        var total: Int {
            self.counts.withLock { $0.values.map { $0.values.reduce(0, +) } }.reduce(0, +)
        }
    }

    private static func load(
        _ gate: Gate,
        _ rotation: Rotation,
        _ tally: Tally,
        _ worker: Int
    )
        async throws
    {
        var number = 0
        while !rotation.isOver {
            let key = rotation.current
            // Every other token is one that was seen before.
            let token = try rotation.token(key, jti: number / 2 * Self.workers + worker)
            tally.count(try await gate.get("/x", as: token), key: key, worker: worker)
            number += 1
        }
    }

    private static func attack(_ gate: Gate, _ rotation: Rotation) async throws {
        var number = 0
        while !rotation.isOver {
            let stranger = try Self.issuer(of: rotation.project, keyID: "invented-\(number)")
            let token = try stranger.token("eve", assurance: "aal2")
            #expect(try await gate.get("/x", as: token).reason == "token-unknown-key")
            number += 1
        }
    }

    @Test("ten rotations under load lose no request, while somebody else invents key IDs")
    func underLoad() async throws {
        let project = try ProjectStandIn()
        try await project.start()
        let rotation = try Rotation(project)
        try rotation.turn(to: 0)
        var setup = try GateSetup(issuers: project.configuration)
        setup.policy = "gatekeeper 1\nadmit users\n"
        try await Gate.run(setup) { gate in
            let tally = Tally()
            let clock = ContinuousClock()
            let started = clock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<Self.workers {
                    group.addTask { try await Self.load(gate, rotation, tally, worker) }
                }
                group.addTask { try await Self.attack(gate, rotation) }
                do {
                    try await Self.rotate(gate, rotation, tally)
                } catch {
                    rotation.end()
                    throw error
                }
                rotation.end()
                try await group.waitForAll()
            }
            #expect(tally.lost.isEmpty)
            #expect(tally.total >= Self.rotations * Self.workers * 3)
            let seconds = Int((clock.now - started).components.seconds)
            #expect(project.asked(ProjectStandIn.keySet) <= seconds + 3)
        }
        try await project.stop()
    }

    private static func rotate(_ gate: Gate, _ rotation: Rotation, _ tally: Tally) async throws {
        for number in 1...Self.rotations {
            try await eventually("everybody uses key \(number - 1)") {
                tally.least(key: number - 1) >= 3
            }
            try rotation.turn(to: number)
            // Right after the rotation, with a token that nobody has seen.
            let fresh = try await gate.get("/x", as: try rotation.token(number, jti: -1))
            #expect(fresh.status == 200, "key \(number): \(fresh)")
            // The one before is still published, the one before that is not any more.
            let before = try await gate.get("/x", as: try rotation.token(number - 1, jti: -1))
            #expect(before.status == 200, "key \(number - 1) while key \(number) is new")
            guard number >= 2 else { continue }
            let withdrawn = try await gate.get("/x", as: try rotation.token(number - 2, jti: -1))
            #expect(withdrawn.status == 401)
            #expect(withdrawn.reason == "token-unknown-key")
        }
    }
}
