internal import JSON
internal import PolicyDSL

// What is wrong with the open documents, told while they are typed.
extension LanguageServer {
    mutating func publishDiagnostics() {
        guard !self.unsettled.isEmpty else { return }
        var waiting = self.unsettled
        self.unsettled = []
        while let address = waiting.popFirst() {
            let set = self.workspace.set(of: address)
            let found = self.workspace.diagnostics(of: address)
            for (index, member) in set.addresses.enumerated() {
                waiting.remove(member)
                let isOpen = self.workspace.open[member] != nil
                self.publish(isOpen ? found.json(in: index) : [], at: member)
            }
            // A document that was closed, and that no folder holds, has nobody to speak for it.
            if set.index(of: address) == nil { self.publish([], at: address) }
        }
    }

    private mutating func publish(_ diagnostics: [JSONValue], at address: DocumentAddress) {
        let all = diagnostics + (self.failures[address] ?? [])
        guard !all.isEmpty || self.reported.contains(address) else { return }
        if all.isEmpty { self.reported.remove(address) } else { self.reported.insert(address) }
        self.notify(
            "textDocument/publishDiagnostics",
            ["uri": .string(address.uri), "diagnostics": .array(all)]
        )
    }
}

/// Everything that reading and lint find in a set.
struct SetDiagnostics {
    let findings: [Finding]
    private let set: DocumentSet

    /// So many cells are looked at while somebody types; `gatekeeper lint` looks at all.
    private static let cells = 20_000

    init(_ set: DocumentSet, now: Instant) {
        self.set = set
        let options = Lint.Options(limits: PolicyAnalysis.Limits(cells: Self.cells))
        let advice = Lint(set.reading, now: now, options: options)?.findings ?? []
        self.findings = set.reading.diagnostics.map { Finding($0) } + advice
    }

    func json(in index: Int) -> [JSONValue] {
        self.findings.filter { $0.diagnostic.span.source == index }.map { finding in
            finding.diagnostic.json(in: self.set.texts[index])
        }
    }
}

extension Diagnostic {
    func json(in text: TextDocument) -> JSONValue {
        let parts = [self.message, self.label, self.help.map { "help: \($0)" }]
        return [
            "range": text.range(of: self.span).json,
            "severity": .integer(self.severity.number),
            "code": .string(self.code.rawValue),
            "source": "gatekeeper",
            "message": .string(parts.compactMap(\.self).joined(separator: "\n")),
        ]
    }
}

extension Diagnostic.Severity {
    fileprivate var number: Int64 {
        switch self {
        case .error: 1
        case .warning: 2
        case .info: 3
        case .style: 4
        }
    }
}
