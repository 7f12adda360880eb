internal import JSON
internal import PolicyDSL

extension DiagnosticReport {
    /// The findings as SARIF 2.1.0, section 3.13.
    var sarif: JSONValue {
        let codes = Set(self.findings.map(\.code)).sorted()
        return [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                [
                    "tool": [
                        "driver": [
                            "name": "gatekeeper",
                            "rules": .array(codes.map { ["id": .string($0)] }),
                        ]
                    ],
                    "results": .array(self.findings.map(\.sarif)),
                ]
            ],
        ]
    }
}

extension DiagnosticReport.Finding {
    fileprivate var sarif: JSONValue {
        let level =
            switch self.severity {
            case .error: "error"
            case .warning: "warning"
            case .info, .style: "note"
            }
        let text = self.help.map { "\(self.message); \($0)" } ?? self.message
        var object: JSONObject = [
            "ruleId": .string(self.code),
            "level": .string(level),
            "message": ["text": .string(text)],
        ]
        if let location = self.location {
            object["locations"] = [
                [
                    "physicalLocation": [
                        "artifactLocation": ["uri": .string(location.file)],
                        "region": [
                            "startLine": .integer(Int64(location.start.line)),
                            "startColumn": .integer(Int64(location.start.column)),
                            "endLine": .integer(Int64(location.end.line)),
                            "endColumn": .integer(Int64(location.end.column)),
                        ],
                    ]
                ]
            ]
        }
        return .object(object)
    }
}
