import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Gatekeeper

@Suite struct FileFollowerTests {
    private func temporaryPath() -> String {
        FileManager.default.temporaryDirectory
            .appending(path: "followed-\(UInt64.random(in: 0..<UInt64.max))").path
    }

    private func follower(
        _ path: String,
        deliver: @escaping FileFollower.Delivery
    ) -> FileFollower {
        FileFollower(
            path: path,
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            pool: .singleton,
            interval: .milliseconds(5),
            deliver: deliver
        )
    }

    @Test("each content is delivered once, as it comes", .timeLimit(.minutes(1)))
    func contents() async throws {
        let path = self.temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("one".utf8).write(to: URL(filePath: path), options: .atomic)
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let follower = self.follower(path) { result in
            continuation.yield(
                (try? result.get()).map { String(decoding: $0, as: UTF8.self) } ?? ""
            )
        }
        try await follower.start().get()
        var deliveries = stream.makeAsyncIterator()
        #expect(await deliveries.next() == "one")
        try Data("second".utf8).write(to: URL(filePath: path), options: .atomic)
        #expect(await deliveries.next() == "second")
        try FileManager.default.removeItem(atPath: path)
        try Data("third time".utf8).write(to: URL(filePath: path), options: .atomic)
        #expect(await deliveries.next() == "third time")
        follower.stop()
    }

    @Test(
        "a file that is not there is reported once and taken when it comes",
        .timeLimit(.minutes(1))
    )
    func late() async throws {
        let path = self.temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (stream, continuation) = AsyncStream.makeStream(of: Bool.self)
        let follower = self.follower(path) { result in
            continuation.yield((try? result.get()) != nil)
        }
        try await follower.start().get()
        var deliveries = stream.makeAsyncIterator()
        #expect(await deliveries.next() == false)
        try Data("now".utf8).write(to: URL(filePath: path), options: .atomic)
        #expect(await deliveries.next() == true)
        follower.stop()
    }
}
