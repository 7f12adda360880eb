import Foundation
import Synchronization

/// A PostgreSQL of this test process: shared by all tests, and gone with the process.
final class PostgresServer: Sendable {
    /// Where its socket is.
    let folder: String
    /// The loopback address on which it takes TLS, as `localhost`, and asks for passwords.
    let address: String
    // The server lives until this is closed, which the end of the process does too.
    private let lifeline: FileHandle
    private let databases = Atomic(0)

    private init(folder: String, address: String, lifeline: FileHandle) {
        self.folder = folder
        self.address = address
        self.lifeline = lifeline
    }

    private static let starting = Task {
        let server = try await PostgresServer.start()
        try await server.makeTemplate()
        return server
    }

    static var shared: PostgresServer {
        get async throws { try await self.starting.value }
    }

    private static func start() async throws -> PostgresServer {
        let name = "gatekeeper-postgres-\(UUID().uuidString.prefix(8))"
        let folder = FileManager.default.temporaryDirectory.appending(path: name).path
        let input = Pipe()
        _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        let process = try ChildProcess.start(
            Project.file("Tests/Postgres/start"),
            [folder],
            inputFrom: input.fileHandleForReading
        )
        let line = try await value("PostgreSQL starts; it says: \(process.errors)") {
            process.output.split(separator: "\n").first { $0.hasPrefix("ready ") }
        }
        return PostgresServer(
            folder: folder,
            address: String(line.dropFirst("ready ".count)),
            lifeline: input.fileHandleForWriting
        )
    }
}

extension PostgresServer {
    private static let template = "supabase"

    /// Who may log in besides `postgres`: somebody with a password, somebody for whom there is no
    /// connection left, and somebody without any right.
    private static let roles = """
        create role remote login superuser password 'secret';
        create role crowded login connection limit 0;
        create role curious login;
        """

    private func makeTemplate() async throws {
        try await self.maintenance.run(
            """
            create database \(Self.template);
            \(Self.roles)
            """
        )
        let database = PostgresDatabase(server: self, name: Self.template)
        try await database.run(file: "Tests/Postgres/supabase-auth.sql")
    }

    private var maintenance: PostgresDatabase {
        PostgresDatabase(server: self, name: "postgres")
    }

    /// A new database with the `auth` schema of a Supabase project and that many users in it.
    func makeDatabase(users: Int = 0) async throws -> PostgresDatabase {
        let number = self.databases.wrappingAdd(1, ordering: .relaxed).newValue
        let database = PostgresDatabase(server: self, name: "project_\(number)")
        try await self.maintenance.run("create database \(database.name) template \(Self.template)")
        if users > 0 {
            try await database.run(
                file: "Tests/Postgres/sample-users.sql",
                ["count": "\(users)"]
            )
        }
        return database
    }
}

/// One database of the tests' server.
struct PostgresDatabase: Sendable {
    let server: PostgresServer
    let name: String

    /// Where `user` reaches it without a password.
    func url(as user: String = "postgres") -> String {
        "postgres://\(user)@/\(self.name)?host=\(self.server.folder)"
    }

    /// Runs statements; the answer has a line per row, with `|` between its fields.
    @discardableResult
    func run(_ statements: String, as user: String = "postgres") async throws -> String {
        try await self.psql(["--file", "-"], as: user, input: statements)
    }

    /// Runs a file of the project.
    @discardableResult
    func run(
        file: String,
        _ variables: [String: String] = [:],
        as user: String = "postgres"
    ) async throws -> String {
        let settings = variables.flatMap { ["--set", "\($0.key)=\($0.value)"] }
        return try await self.psql(["--file", Project.file(file)] + settings, as: user)
    }

    private func psql(
        _ arguments: [String],
        as user: String,
        input: String? = nil
    ) async throws -> String {
        let usual = [
            "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1",
            "--dbname", self.url(as: user),
        ]
        let result = try await ChildProcess.run(
            "/usr/bin/env",
            ["psql"] + usual + arguments,
            input: input
        )
        guard result.status == 0 else { throw PostgresRefused(description: result.errors) }
        return result.output
    }
}

/// What PostgreSQL had against a statement.
struct PostgresRefused: Error, CustomStringConvertible {
    let description: String
}

/// The users of `Tests/Postgres/sample-users.sql`.
enum PostgresUser {
    /// The identifier of the user with that number.
    static func id(_ number: Int) -> String {
        "00000000-0000-4000-8000-\(Self.padded(number))"
    }

    /// The user's one session.
    static func session(_ number: Int) -> String {
        "5e551014-0000-4000-8000-\(Self.padded(number))"
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }
}
