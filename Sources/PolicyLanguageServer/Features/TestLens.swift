internal import JSON
internal import PolicyDSL

/// The tests of a document, to be run where they stand.
enum TestLens {
    static let command = "gatekeeper.runTests"
}

extension DocumentInSet {
    /// One lens above each test, and one at the top for all of them.
    var lenses: JSONValue {
        let tests = self.parsed.tree.items.compactMap { item -> Spanned<TestSyntax>? in
            if case .test(let test) = item.value { Spanned(test, at: item.span) } else { nil }
        }
        guard let first = tests.first else { return [] }
        let single = tests.enumerated().map { number, test in
            self.lens(
                "run test",
                at: test.span,
                [.string(self.address.uri), .integer(Int64(number))]
            )
        }
        let top = SourceSpan(source: first.span.source, start: 0, end: 0)
        return .array(
            [self.lens("run all tests of the set", at: top, [.string(self.address.uri)])] + single
        )
    }

    private func lens(_ title: String, at span: SourceSpan, _ arguments: [JSONValue]) -> JSONValue {
        [
            "range": self.text.range(of: span).json,
            "command": [
                "title": .string(title), "command": .string(TestLens.command),
                "arguments": .array(arguments),
            ],
        ]
    }

    /// The tests that a lens stands for: that one of the document, or all of the set.
    fileprivate func tests(_ number: Int?) throws(RPCError) -> [PolicyTest] {
        guard let number else { return self.set.reading.tests }
        let spans = self.parsed.tree.items.compactMap { item -> SourceSpan? in
            if case .test(let test) = item.value { test.title.span } else { nil }
        }
        guard spans.indices.contains(number) else {
            throw RPCError(.invalidParams, "there is no test number \(number)")
        }
        return self.set.reading.tests.filter { $0.title.span == spans[number] }
    }
}

extension LanguageServer {
    mutating func execute(_ params: RPCParams) throws(RPCError) -> JSONValue {
        let command = try params.string("command")
        guard command == TestLens.command else {
            throw RPCError(.invalidParams, "`\(command)` is not known")
        }
        let arguments = params.find("arguments")?.arrayValue ?? []
        guard let uri = arguments.first?.stringValue else {
            throw RPCError(.invalidParams, "expected the document whose tests to run")
        }
        let number = arguments.count > 1 ? arguments[1].integerValue : nil
        let document = try self.document(at: DocumentAddress(uri: uri))
        guard let policies = document.set.reading.policySet else {
            throw RPCError(.requestFailed, "the set has errors; tests need one that can be used")
        }
        let tests = try document.tests(number.map { Int(clamping: $0) })
        let report = policies.run(tests, at: self.workspace.surroundings.now())
        self.show(report, in: document.set)
        return [
            "passed": .integer(Int64(report.passed)),
            "failed": .integer(Int64(report.failures.count)),
            "failures": .array(report.failures.map { $0.json(in: document.set) }),
        ]
    }

    /// Puts the failures where they happen, and the sum where everybody sees it.
    private mutating func show(_ report: TestReport, in set: DocumentSet) {
        self.failures = [:]
        for failure in report.failures {
            guard let place = set.place(of: failure.expected.span) else { continue }
            self.failures[place.address, default: []].append([
                "range": place.range.json, "severity": 1, "source": "gatekeeper test",
                "message": .string(failure.text(in: set.reading.sources)),
            ])
        }
        self.unsettled.formUnion(set.addresses.filter { self.workspace.open[$0] != nil })
        self.notify(
            "window/showMessage",
            [
                "type": .integer(report.hasFailed ? 2 : 3),
                "message": .string("\(report.passed) passed, \(report.failures.count) failed"),
            ]
        )
    }
}

extension TestFailure {
    fileprivate func json(in set: DocumentSet) -> JSONValue {
        let place = set.place(of: self.span)
        return [
            "test": .string(self.test), "case": .integer(Int64(self.number)),
            "expected": .string(self.expected.value.word),
            "got": .string(self.decision.outcome.word),
            "uri": (place?.address.uri).map(JSONValue.string) ?? .null,
            "line": .integer(Int64((place?.range.start.line ?? 0) + 1)),
        ]
    }
}
