import Foundation
import JSON
import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct DirectoryFileTests {
    static let users = #"""
        {"ada": {"created_at": "2026-01-01T00:00:00Z",
                 "factors": [{"factor_type": "totp", "status": "verified"}]},
         "bob": {}}
        """#

    private func table(_ text: String) throws -> DirectoryTable {
        try DirectoryTable(reading: Array(text.utf8))
    }

    @Test("users are found by subject, and everyone else is unknown to the directory")
    func found() throws {
        let table = try self.table(Self.users)
        let created = try #require(Instant(rfc3339: "2026-01-01T00:00:00Z"))
        let ada = UserFacts(created: .known(created), factors: .known(FactorCounts(totp: 1)))
        #expect(table.answer(for: "ada", at: DirectoryFixture.now) == .known(ada))
        #expect(table.answer(for: "Ada", at: DirectoryFixture.now) == .refused(.userNotFound))
        #expect(table.count == 2)
    }

    struct Row: Sendable {
        let text: String
        let says: String
    }

    @Test(
        "a bad record refuses the file and names the user",
        arguments: [
            Row(
                text: #"{"ada":{},"bob":{"created_at":"2026-13-01T00:00:00Z"}}"#,
                says: "user `bob`: `created_at` is not an RFC 3339 time: \"2026-13-01T00:00:00Z\""
            ),
            Row(text: #"{"bob":{"created_at":12}}"#, says: "user `bob`: `created_at`"),
            Row(text: #"{"bob":{"factors":{}}}"#, says: "user `bob`: `factors` must be a list"),
            Row(text: #"{"bob":{"banned_until":"x"}}"#, says: "user `bob`: `banned_until`"),
            Row(text: #"{"bob":[]}"#, says: "user `bob`: the facts must be an object"),
            Row(text: "[]", says: "one JSON object"),
            Row(text: #"{"a":{},"a":{}}"#, says: "repeats a member name"),
            Row(text: "{", says: "ends too early"),
        ]
    )
    func refused(_ row: Row) {
        let error = #expect(throws: DirectoryFileProblem.self) { try self.table(row.text) }
        #expect(error?.description.contains(row.says) == true, "\(String(describing: error))")
    }

    @Test("a broken reload changes nothing, and says so")
    func reload() throws {
        let file = FileDirectory(logger: DirectoryFixture.logger)
        file.take(.success(Array(Self.users.utf8)))
        let generation = file.generation
        file.take(.success(Array(#"{"bob":{"created_at":"x"}}"#.utf8)))
        #expect(file.generation == generation)
        #expect(file.table?.table.count == 2)
        #expect(file.problem?.description.contains("bob") == true)
        file.take(.failure(CocoaError(.fileNoSuchFile)))
        #expect(file.problem == .unreadable)
        file.take(.success(Array("{}".utf8)))
        #expect(file.generation == generation + 1)
        #expect(file.table?.table.count == 0)
        #expect(file.problem == nil)
    }
}
