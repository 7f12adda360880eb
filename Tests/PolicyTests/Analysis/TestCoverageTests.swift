import Testing

@testable import PolicyDSL

@Suite struct TestCoverageTests {
    private static let policy = """
        policy p { for users created before 2026-01-01 on /a require totp within 5 minutes }

        """

    private static func coverage(_ cases: String) throws -> TestCoverage {
        let reading = PolicyReading.fixture(
            Self.policy + "test \"t\" { at 2026-06-01 when GET /a \(cases) }"
        )
        return TestCoverage(try sound(reading), reading.tests, at: .lintNow)
    }

    @Test("a policy is seen once a case passes it and another does not")
    func policies() throws {
        let once = try Self.coverage("case token aal1, password, created 2025-01-01 then step-up")
        #expect(once.policies == .init(part: 0, whole: 1) && once.unseen == ["p"])
        let twice = try Self.coverage(
            """
            case token aal1, password 1 minute ago, created 2025-01-01, factors totp then step-up
            case token aal1, password, created 2026-02-01 then allow
            """
        )
        #expect(twice.policies == .init(part: 1, whole: 1) && twice.unseen.isEmpty)
        #expect(twice.cells.part > 0 && twice.cells.part < twice.cells.whole)
    }

    @Test("a mistake at an edge survives until a test stands on it")
    func mutants() throws {
        let far = try Self.coverage("case token totp 1 minute ago, created 2025-01-01 then allow")
        #expect(far.mutants == 4)
        let changes = far.survivors.map(\.change)
        #expect(changes.contains("within 6 minutes") && changes.contains("after instead of before"))
        let near = try Self.coverage(
            """
            case token totp 5 minutes ago, created 2025-01-01, factors totp then allow
            case token totp 301 seconds ago, created 2025-01-01, factors totp then step-up
            case token totp 301 seconds ago, created 2026-02-01, factors totp then allow
            """
        )
        #expect(near.survivors.map(\.change) == [])
    }
}
