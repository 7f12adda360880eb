import PolicyDSL
import Testing

/// One rule of the language: policies, a caller and a request in its own words, and the outcome
/// with its reason, its means and `assumed` where that is so.
struct Scene: Sendable, CustomTestStringConvertible {
    typealias Adjustment = @Sendable (inout Principal, inout DirectoryAnswer) -> Void

    let rule: String
    let policies: String
    let facts: String
    let when: String
    let expected: String
    let adjustment: Adjustment

    init(
        _ rule: String,
        _ policies: String,
        _ facts: String,
        when: String = "GET / at app.example",
        _ expected: String,
        adjusting adjustment: @escaping Adjustment = { _, _ in }
    ) {
        self.rule = rule
        self.policies = policies
        self.facts = facts
        self.when = when
        self.expected = expected
        self.adjustment = adjustment
    }

    var testDescription: String { "\(self.rule): \(self.facts)" }
}

extension Scene {
    static let now = "2026-10-01T12:00:00Z"

    struct Setting {
        let set: PolicySet
        let request: AccessRequest
        let principal: Principal
        let directory: DirectoryAnswer
        let now: Instant

        var session: Session {
            Session(principal: self.principal, directory: self.directory, now: self.now)
        }

        var decision: Decision {
            self.set.decide(
                self.request,
                self.principal,
                directory: self.directory,
                now: self.now
            )
        }
    }

    /// The values that the words stand for.
    func setting() throws -> Setting {
        let admission = self.policies.contains("admit ") ? "" : "admit anyone"
        let text = """
            gatekeeper 1
            \(admission)
            \(self.policies)
            test "scene" { at \(Self.now) when \(self.when) case \(self.facts) then allow }
            """
        let reading = PolicyReading([PolicySource(name: "scene", text: text)])
        let set = try #require(reading.policySet, "\(reading.diagnostics.map(\.message))")
        let test = try #require(reading.tests.first)
        let now = try #require(test.now)
        let facts = try #require(test.cases.first).facts
        var principal = facts.principal(at: now)
        var directory = facts.directory
        self.adjustment(&principal, &directory)
        return Setting(
            set: set,
            request: test.request,
            principal: principal,
            directory: directory,
            now: now
        )
    }

    /// Expects both evaluators to decide as the scene says.
    func play() throws {
        let setting = try self.setting()
        let decision = setting.decision
        #expect(decision.summary == self.expected)
        let reference = ReferenceEvaluator(setting.set.resolved)
        #expect(decision == reference.decide(setting.request, setting.session))
    }
}

extension Decision {
    /// Outcome, reason, means and `assumed`, as far as there are any.
    var summary: String {
        guard let entry = self.determining else { return self.outcome.word }
        let words = [entry.remedy.word, entry.reason.rawValue] + entry.using.words
        return (words + (entry.certainty == .assumed ? ["assumed"] : [])).joined(separator: " ")
    }
}
