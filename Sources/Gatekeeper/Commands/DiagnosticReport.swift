internal import JSON
internal import PolicyDSL

/// Findings about policies or a configuration, in every format that tools read.
struct DiagnosticReport {
    /// One finding, with its place already looked up.
    struct Finding {
        let code: String
        let severity: Diagnostic.Severity
        let location: Diagnostic.Location?
        let message: String
        let help: String?
        /// How people read it.
        let text: String
        /// The same on one line.
        let plain: String
        /// A case that shows it, as a line for `check --batch`.
        var witness: JSONValue? = nil
    }

    private(set) var findings: [Finding] = []

    mutating func add(_ diagnostics: [Diagnostic], in sources: [PolicySource]) {
        self.findings += diagnostics.map { diagnostic in
            Finding(
                code: diagnostic.code.rawValue,
                severity: diagnostic.severity,
                location: diagnostic.location(in: sources),
                message: diagnostic.message,
                help: diagnostic.help,
                text: diagnostic.text(in: sources),
                plain: diagnostic.plain(in: sources)
            )
        }
    }

    mutating func add(_ finding: Finding) {
        self.findings.append(finding)
    }

    /// Adds what lint and the analysis found.
    mutating func add(_ findings: [PolicyDSL.Finding], in sources: [PolicySource]) {
        for finding in findings {
            let first = self.findings.count
            self.add([finding.diagnostic], in: sources)
            self.findings[first].witness = finding.witness?.json
        }
    }

    /// Whether any finding is at least as bad as `threshold`.
    func reaches(_ threshold: Diagnostic.Severity) -> Bool {
        self.findings.contains { $0.severity.rank >= threshold.rank }
    }

    /// Writes the findings where the format belongs: programs' formats are the result.
    func write(_ format: DiagnosticFormat) throws(CommandFailure) {
        switch format {
        case .text:
            for finding in self.findings { try Console.note(finding.text + "\n") }
        case .plain:
            for finding in self.findings { try Console.note(finding.plain) }
        case .json:
            try Console.write(JSONValue.object(self.json).serialized() + "\n")
        case .sarif:
            try Console.write(self.sarif.serialized(pretty: true) + "\n")
        case .github:
            for finding in self.findings { try Console.write(finding.workflowCommand + "\n") }
        }
    }

    var json: JSONObject {
        ["diagnostics": .array(self.findings.map(\.json))]
    }
}

extension Diagnostic.Severity {
    fileprivate var rank: Int {
        switch self {
        case .error: 3
        case .warning: 2
        case .info: 1
        case .style: 0
        }
    }
}

extension DiagnosticReport.Finding {
    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "code": .string(self.code),
            "severity": .string(self.severity.rawValue),
        ]
        if let location = self.location {
            object["file"] = .string(location.file)
            object["line"] = .integer(Int64(location.start.line))
            object["column"] = .integer(Int64(location.start.column))
            object["end_column"] = .integer(Int64(self.endColumn))
        }
        object["message"] = .string(self.message)
        object["help"] = self.help.map(JSONValue.string) ?? .null
        object["witness"] = self.witness
        return .object(object)
    }

    // A span of several lines ends, for readers of one line, where it began.
    private var endColumn: Int {
        guard let location = self.location else { return 0 }
        return location.end.line == location.start.line
            ? location.end.column : location.start.column + 1
    }

    // GitHub's escapes for workflow commands.
    var workflowCommand: String {
        let level =
            switch self.severity {
            case .error: "error"
            case .warning: "warning"
            case .info, .style: "notice"
            }
        let place = self.location.map { location in
            " file=\(Self.property(location.file)),line=\(location.start.line)"
                + ",col=\(location.start.column),endColumn=\(self.endColumn)"
                + ",title=\(self.code)"
        }
        let help = self.help.map { "; help: \($0)" } ?? ""
        return "::\(level)\(place ?? "")::\(Self.data("\(self.code): \(self.message)\(help)"))"
    }

    // Scalars, since CR LF is one character.
    private static func data(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "%": "%25"
            case "\r": "%0D"
            case "\n": "%0A"
            default: String(scalar)
            }
        }.joined()
    }

    private static func property(_ text: String) -> String {
        Self.data(text).unicodeScalars.map { scalar in
            switch scalar {
            case ":": "%3A"
            case ",": "%2C"
            default: String(scalar)
            }
        }.joined()
    }
}
