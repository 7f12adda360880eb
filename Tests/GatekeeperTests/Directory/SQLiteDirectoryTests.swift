import Foundation
import GRDB
import NIOCore
import NIOPosix
import PolicyDSL
import Synchronization
import Testing

@testable import Gatekeeper

@Suite(.timeLimit(.minutes(1))) struct SQLiteDirectoryTests {
    private final class Sample {
        let folder: URL
        let directory: SQLiteDirectory
        let loop = MultiThreadedEventLoopGroup.singleton.next()

        var path: String { self.folder.appending(path: "users.sqlite").path }

        init(_ statements: String? = SQLiteDirectoryTests.tables) throws {
            self.folder = FileManager.default.temporaryDirectory
                .appending(path: "gatekeeper-sqlite-\(UUID().uuidString.prefix(8))")
            try FileManager.default.createDirectory(
                at: self.folder,
                withIntermediateDirectories: true
            )
            self.directory = SQLiteDirectory(
                path: self.folder.appending(path: "users.sqlite").path,
                timeout: .milliseconds(100),
                pool: .singleton
            )
            if let statements { try self.write(statements) }
        }

        deinit { try? FileManager.default.removeItem(at: self.folder) }

        func write(_ statements: String, to name: String = "users.sqlite") throws {
            let queue = try DatabaseQueue(path: self.folder.appending(path: name).path)
            try queue.write { try $0.execute(sql: statements) }
        }

        func ask(_ subject: String, session: String? = nil) async throws -> DirectoryOutcome {
            let question = try DirectoryFixture.question(subject, session: session)
            return try await self.directory.ask(question, on: self.loop).get()
        }
    }

    private static let tables = """
        create table users (id text primary key, created_at text, banned_until text,
                            deleted_at text);
        create table mfa_factors (user_id text, factor_type text, status text);
        create table sessions (id text primary key, user_id text, not_after text);
        insert into users values ('ada', '2026-01-01T00:00:00Z', null, null),
            ('bob', null, null, null), ('eve', null, '2999-01-01T00:00:00Z', null),
            ('gus', null, 'soon', null), ('kim', null, null, '2026-01-01T00:00:00Z');
        insert into mfa_factors values ('ada', 'totp', 'verified'), ('ada', 'phone', 'unverified'),
            ('ada', 'recovery', 'verified');
        insert into sessions values ('1', 'ada', null), ('2', 'ada', '2020-01-01T00:00:00Z'),
            ('3', 'bob', '2999-01-01T00:00:00Z');
        """

    @Test("facts are read as Supabase's user object has them")
    func facts() async throws {
        let sample = try Sample()
        let created = try #require(Instant(rfc3339: "2026-01-01T00:00:00Z"))
        let ada = UserFacts(
            created: .known(created),
            factors: .known(FactorCounts(totp: 1, other: 1))
        )
        let bob = UserFacts(created: .known(nil), factors: .known(FactorCounts()))
        #expect(try await sample.ask("ada") == .answered(.known(ada)))
        #expect(try await sample.ask("bob") == .answered(.known(bob)))
        #expect(try await sample.ask("eve") == .answered(.refused(.userBanned)))
        #expect(try await sample.ask("gus") == .answered(.unknown))
        #expect(try await sample.ask("kim") == .answered(.refused(.userNotFound)))
        #expect(try await sample.ask("Ada") == .answered(.refused(.userNotFound)))
    }

    @Test(
        "a session has to be there, the user's, and not over",
        arguments: [
            ("ada", "1", true), ("ada", "2", false), ("ada", "3", false), ("bob", "3", true),
        ]
    )
    func sessions(subject: String, session: String, isAlive: Bool) async throws {
        let outcome = try await Sample().ask(subject, session: session)
        #expect((outcome != .answered(.refused(.sessionRevoked))) == isAlive)
    }

    @Test("without a table of sessions none is revoked")
    func noSessions() async throws {
        let sample = try Sample()
        try sample.write("drop table sessions")
        #expect(try await sample.ask("bob", session: "9") != .answered(.refused(.sessionRevoked)))
    }

    @Test("a database that cannot answer is a source that failed")
    func failures() async throws {
        let missing = try Sample(nil)
        #expect(
            try await missing.ask("ada")
                == .failed(.unreachable(.notConnected), retryAfter: nil)
        )
        try Data("this is no database, whatever its name says".utf8)
            .write(to: URL(filePath: missing.path))
        #expect(try await missing.ask("ada") == .failed(.malformed, retryAfter: nil))
        let other = try Sample("create table people (id text)")
        #expect(try await other.ask("ada") == .failed(.refused(code: "1"), retryAfter: nil))
    }

    @Test("a database that somebody else keeps locked is slow, and is not waited for forever")
    func locked() async throws {
        let sample = try Sample()
        var configuration = GRDB.Configuration()
        configuration.allowsUnsafeTransactions = true
        let writer = try DatabaseQueue(path: sample.path, configuration: configuration)
        try await writer.writeWithoutTransaction { try $0.execute(sql: "begin exclusive") }
        #expect(try await sample.ask("ada") == .failed(.unreachable(.timedOut), retryAfter: nil))
        try await writer.writeWithoutTransaction { try $0.execute(sql: "commit") }
        #expect(try await sample.ask("bob") != .failed(.unreachable(.timedOut), retryAfter: nil))
    }

    @Test("nothing is ever written")
    func readOnly() async throws {
        let sample = try Sample()
        let before = try Data(contentsOf: URL(filePath: sample.path))
        _ = try await sample.ask("ada", session: "1")
        #expect(try Data(contentsOf: URL(filePath: sample.path)) == before)
        let names = try FileManager.default.contentsOfDirectory(atPath: sample.folder.path)
        #expect(names == ["users.sqlite"])
    }

    @Test("writes are noticed, and so is another database in the old one's place")
    func changes() async throws {
        let sample = try Sample()
        let changes = Mutex(0)
        sample.directory.watch(on: sample.loop, every: .milliseconds(5)) {
            changes.withLock { $0 += 1 }
        }
        func noticed(_ count: Int) async throws {
            while changes.withLock({ $0 }) < count { try await Task.sleep(for: .milliseconds(5)) }
        }
        try sample.write("insert into mfa_factors values ('bob', 'totp', 'verified')")
        try await noticed(1)
        #expect(try await sample.ask("bob") == .answered(DirectoryFixture.facts(totp: 1)))
        try sample.write(Self.tables, to: "new.sqlite")
        let replacement = sample.folder.appending(path: "new.sqlite").path
        #expect(unsafe rename(replacement, sample.path) == 0)
        try await noticed(2)
        #expect(try await sample.ask("bob") == .answered(DirectoryFixture.facts(totp: 0)))
        sample.directory.stop()
    }
}
