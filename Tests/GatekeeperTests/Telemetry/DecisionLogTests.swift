import Foundation
import Glibc
import HTTPMessage
import Logging
import NIOCore
import NIOEmbedded
import NIOPosix
import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct DecisionLogTests {
    private static let loop = MultiThreadedEventLoopGroup.singleton.any()

    private func withLog(
        _ body: (DecisionLog, String) async throws -> Void
    ) async throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "decisions-\(UInt64.random(in: 0..<UInt64.max)).log").path
        let log = try DecisionLog(path: path, logger: DirectoryFixture.logger)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(log, path)
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    private func rules(
        _ decisions: LogConfiguration.Decisions = .all,
        sample: Double = 1
    ) -> LogConfiguration {
        LogConfiguration(decisions: decisions, sampleAllow: sample, file: nil, subjects: .plain)
    }

    @Test("chunks are written in order, and the file is nobody else's to read")
    func writing() async throws {
        try await self.withLog { log, path in
            for number in 0..<100 { log.submit(Array("\(number)\n".utf8), lines: 1) }
            try await log.close()
            #expect(try self.text(path) == (0..<100).map { "\($0)\n" }.joined())
            #expect(log.tally == DecisionLog.Tally(written: 100, dropped: 0))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            #expect((mode as? Int).map { $0 & 0o007 } == 0)
        }
    }

    @Test("a rotation loses no line")
    func rotation() async throws {
        try await self.withLog { log, path in
            let rotated = path + ".1"
            defer { try? FileManager.default.removeItem(atPath: rotated) }
            log.submit(Array("one\n".utf8), lines: 1)
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            try await log.flush(on: loop).get()
            try FileManager.default.moveItem(atPath: path, toPath: rotated)
            log.submit(Array("two\n".utf8), lines: 1)
            log.reopen()
            log.submit(Array("three\n".utf8), lines: 1)
            try await log.close()
            #expect(try self.text(rotated) == "one\ntwo\n")
            #expect(try self.text(path) == "three\n")
        }
    }

    @Test("what does not fit is dropped and counted")
    func bounds() async throws {
        try await self.withLog { log, _ in
            let size = DecisionLog.largestBacklog - 1
            let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: size) + [0x0A]
            log.submit(chunk + [0x0A], lines: 7)
            #expect(log.tally.dropped == 7)
            log.submit(chunk, lines: 1)
            try await log.close()
            #expect(log.tally == DecisionLog.Tally(written: 1, dropped: 7))
        }
    }

    @Test("a full disk drops lines and counts them")
    func fullDisk() async throws {
        let log = try DecisionLog(path: "/dev/full", logger: DirectoryFixture.logger)
        log.submit(Array("line\n".utf8), lines: 1)
        try await log.close()
        #expect(log.tally == DecisionLog.Tally(written: 0, dropped: 1))
    }

    /// A named pipe with a reader that reads only when it is told to: a disk that stalls.
    private func withPipe(
        _ body: (DecisionLog, FileHandle) async throws -> Void
    ) async throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "stalled-\(UInt64.random(in: 0..<UInt64.max))").path
        try #require(unsafe mkfifo(path, 0o600) == 0)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
        try #require(descriptor >= 0)
        let reader = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try await body(try DecisionLog(path: path, logger: DirectoryFixture.logger), reader)
    }

    private static let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1_023) + [0x0A]

    @Test("a disk that stalls costs whoever logs no time: lines wait, then are dropped and counted")
    func stalled() async throws {
        try await self.withPipe { log, reader in
            let lines = 20_000
            let began = ContinuousClock.now
            for _ in 0..<lines { log.submit(Self.line, lines: 1) }
            // It takes milliseconds; a single wait for the pipe would never end.
            #expect(ContinuousClock.now - began < .seconds(10))
            #expect(log.backlog <= DecisionLog.largestBacklog)
            #expect(log.tally.written <= 64)
            #expect(log.tally.dropped >= lines - DecisionLog.largestBacklog / 1_024 - 64)
            // Once it is read again, what waited is written, in whole lines.
            let reading = Task.detached {
                var bytes = 0
                while bytes < (lines - log.tally.dropped) * 1_024 {
                    bytes += reader.availableData.count
                }
                return bytes
            }
            try await log.close()
            #expect(log.tally.written + log.tally.dropped == lines)
            #expect(await reading.value == log.tally.written * 1_024)
        }
    }

    @Test("a disk that stalls does not keep the program from ending")
    func stalledEnd() async throws {
        try await self.withPipe { log, reader in
            for _ in 0..<1_000 { log.submit(Self.line, lines: 1) }
            try await log.close(within: .milliseconds(50))
            #expect(log.tally.written < 1_000)
            // Only so that the writer of this test can end, too.
            reader.readabilityHandler = { _ = $0.availableData }
            while log.backlog > 0 { try await Task.sleep(for: .milliseconds(2)) }
            reader.readabilityHandler = nil
        }
    }

    @Test("half a line is taken back, so that the next one is whole")
    func torn() throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "torn-\(UInt64.random(in: 0..<UInt64.max))").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        var file = try LogFile(path: path)
        #expect(file.append(Array("one\nhal".utf8)) == 4)
        #expect(file.append(Array("two\n".utf8)) == 4)
        #expect(try self.text(path) == "one\ntwo\n")
    }

    @Test("a folder that is not there is an error at start")
    func noFolder() {
        #expect(throws: (any Error).self) {
            try DecisionLog(path: "/nonexistent/x.log", logger: DirectoryFixture.logger)
        }
    }

    @Test("lines of a loop are handed over together, soon or when there are many")
    func buffering() async throws {
        try await self.withLog { log, path in
            let loop = NIOAsyncTestingEventLoop()
            let rules = self.rules()
            let bound = try await loop.executeInContext {
                NIOLoopBound(DecisionLogBuffer(log, rules: rules, eventLoop: loop), eventLoop: loop)
            }
            let finish: @Sendable (Int) -> Void = { count in
                var line: [UInt8] = []
                bound.value.begin(DecisionLineTests.record(), in: &line)
                for _ in 0..<count { bound.value.finish(line, status: 200) }
            }
            try await loop.executeInContext { finish(2) }
            #expect(log.tally.written == 0)
            await loop.advanceTime(by: .milliseconds(20))
            try await log.flush(on: MultiThreadedEventLoopGroup.singleton.next()).get()
            #expect(log.tally.written == 2)
            try await loop.executeInContext { finish(200) }
            try await log.flush(on: MultiThreadedEventLoopGroup.singleton.next()).get()
            #expect(log.tally.written > 2)
            try await loop.executeInContext { bound.value.flush() }
            try await log.close()
            #expect(log.tally.written == 202)
            #expect(try self.text(path).split(separator: "\n").count == 202)
        }
    }

    struct Row: Sendable {
        let decisions: LogConfiguration.Decisions
        let sample: Double
        let allow: Bool
        let deny: Bool
    }

    @Test(
        "the configuration chooses which decisions are written",
        arguments: [
            Row(decisions: .all, sample: 1, allow: true, deny: true),
            Row(decisions: .all, sample: 0, allow: false, deny: true),
            Row(decisions: .refusals, sample: 1, allow: false, deny: true),
            Row(decisions: .none, sample: 1, allow: false, deny: false),
        ]
    )
    func choice(_ row: Row) async throws {
        try await self.withLog { log, _ in
            let rules = self.rules(row.decisions, sample: row.sample)
            let buffer = DecisionLogBuffer(log, rules: rules, eventLoop: Self.loop)
            let id = DecisionID(high: 0, low: 1 << 63)
            #expect(buffer.wants(.allow, id) == row.allow)
            #expect(buffer.wants(.deny, id) == row.deny)
            try await log.close()
        }
    }

    @Test("a sample of the allowed is about its share, and the same for everyone")
    func sampling() async throws {
        try await self.withLog { log, _ in
            let rules = self.rules(.all, sample: 0.25)
            let one = DecisionLogBuffer(log, rules: rules, eventLoop: Self.loop)
            let other = DecisionLogBuffer(log, rules: rules, eventLoop: Self.loop)
            var random = SystemRandomNumberGenerator()
            let ids = (0..<10_000).map { _ in DecisionID(high: 0, low: random.next()) }
            let picked = ids.filter { one.wants(.allow, $0) }
            #expect(picked == ids.filter { other.wants(.allow, $0) })
            #expect((2_000...3_000).contains(picked.count))
            try await log.close()
        }
    }
}
