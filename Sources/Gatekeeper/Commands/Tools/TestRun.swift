internal import JSON
internal import Markup
internal import PolicyDSL

/// What came of all tests that one command ran.
struct TestRun {
    /// A failure beside the sources it speaks of.
    struct Failure {
        let failure: TestFailure
        let sources: [PolicySource]

        var text: String { self.failure.text(in: self.sources) }
    }

    private(set) var passed = 0
    private(set) var failures: [Failure] = []
    private var coverages: [(coverage: TestCoverage, sources: [PolicySource])] = []
    private var suites: [(title: String, cases: Int)] = []

    mutating func add(_ report: TestReport, _ reading: PolicyReading, coverage: TestCoverage?) {
        self.passed += report.passed
        self.failures += report.failures.map { Failure(failure: $0, sources: reading.sources) }
        self.suites += reading.tests.map { ($0.title.value, $0.cases.count) }
        if let coverage { self.coverages.append((coverage, reading.sources)) }
    }

    /// The share of policies that tests have seen both ways.
    var policies: Double { Self.ratio(self.coverages.map(\.coverage.policies)) }

    private var cells: Double { Self.ratio(self.coverages.map(\.coverage.cells)) }

    private static func ratio(_ shares: [TestCoverage.Share]) -> Double {
        let part = shares.reduce(0) { $0 + $1.part }
        let whole = shares.reduce(0) { $0 + $1.whole }
        let ratio = TestCoverage.Share(part: part, whole: whole).ratio
        return (ratio * 100).rounded() / 100
    }
}

extension TestRun {
    var text: String {
        var lines = ["\(self.passed) passed, \(self.failures.count) failed"]
        for (coverage, sources) in self.coverages {
            lines.append(
                "\(coverage.policies.part) of \(coverage.policies.whole) policies and "
                    + "\(coverage.cells.part) of \(coverage.cells.whole) kinds of answers are seen"
            )
            if !coverage.unseen.isEmpty {
                lines.append("not seen both ways: \(coverage.unseen.joined(separator: ", "))")
            }
            lines.append(
                "\(coverage.mutants - coverage.survivors.count) of \(coverage.mutants) mistakes "
                    + "would be noticed"
            )
            lines += coverage.survivors.map { mutant in
                "  not noticed: \(mutant.policy) \(mutant.change) (\(mutant.place(in: sources)))"
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    var json: JSONValue {
        let survivors = self.coverages.flatMap { coverage, sources in
            coverage.survivors.map { $0.json(in: sources) }
        }
        let mutants = self.coverages.reduce(0) { $0 + $1.coverage.mutants }
        return [
            "passed": .integer(Int64(self.passed)),
            "failed": .integer(Int64(self.failures.count)),
            "coverage": ["policies": .real(self.policies), "cells": .real(self.cells)],
            "mutants": [
                "killed": .integer(Int64(mutants - survivors.count)),
                "survived": .array(survivors),
            ],
            "failures": .array(self.failures.map { $0.failure.json(in: $0.sources) }),
        ]
    }

    /// The form that Ant's JUnit task made common: one test case for every `case`.
    var junit: String {
        let count = self.passed + self.failures.count
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            #"<testsuites tests="\#(count)" failures="\#(self.failures.count)">"#,
        ]
        for suite in self.suites {
            let failed = self.failures.filter { $0.failure.test == suite.title }
            let title = MarkupText.escaped(suite.title)
            lines.append(
                #"  <testsuite name="\#(title)" tests="\#(suite.cases)" "#
                    + #"failures="\#(failed.count)">"#
            )
            for number in 1...max(1, suite.cases) {
                let name = #"    <testcase classname="\#(title)" name="case \#(number)""#
                guard let failure = failed.first(where: { $0.failure.number == number }) else {
                    lines.append(name + "/>")
                    continue
                }
                let message = MarkupText.escaped(failure.text)
                lines.append(name + "><failure>\(message)</failure></testcase>")
            }
            lines.append("  </testsuite>")
        }
        return (lines + ["</testsuites>"]).map { $0 + "\n" }.joined()
    }
}

extension Mutant {
    fileprivate func place(in sources: [PolicySource]) -> String {
        guard sources.indices.contains(self.span.source) else { return "" }
        let source = sources[self.span.source]
        return "\(source.name):\(source.position(at: self.span.start).line)"
    }

    fileprivate func json(in sources: [PolicySource]) -> JSONValue {
        var object: JSONObject = [
            "policy": .string(self.policy), "change": .string(self.change),
        ]
        if sources.indices.contains(self.span.source) {
            let source = sources[self.span.source]
            object["file"] = .string(source.name)
            object["line"] = .integer(Int64(source.position(at: self.span.start).line))
        }
        return .object(object)
    }
}

extension TestFailure {
    fileprivate func json(in sources: [PolicySource]) -> JSONValue {
        var object: JSONObject = [
            "test": .string(self.test),
            "case": .integer(Int64(self.number)),
            "expected": .string(self.expected.value.word),
            "got": .string(self.decision.outcome.word),
        ]
        if sources.indices.contains(self.span.source) {
            let source = sources[self.span.source]
            object["file"] = .string(source.name)
            object["line"] = .integer(Int64(source.position(at: self.span.start).line))
        }
        if !self.bystanders.isEmpty {
            object["did_not_decide"] = .array(self.bystanders.map { .string($0.value) })
        }
        return .object(object)
    }
}
