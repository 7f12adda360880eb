import JSON
import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct DiagnosticReportTests {
    private func report(_ text: String, name: String = "app.policy") -> DiagnosticReport {
        let reading = PolicyReading([PolicySource(name: name, text: text)])
        var report = DiagnosticReport()
        report.add(reading.diagnostics, in: reading.sources)
        return report
    }

    private static let broken: String = "gatekeeper 1\nadmit anyone\npolicy p { requir aal2 }\n"

    private func finding(
        _ message: String,
        severity: Diagnostic.Severity = .error,
        help: String? = nil
    ) -> DiagnosticReport {
        var report = DiagnosticReport()
        report.add(
            DiagnosticReport.Finding(
                code: "GK1",
                severity: severity,
                location: nil,
                message: message,
                help: help,
                text: message,
                plain: message
            )
        )
        return report
    }

    @Test("JSON names code, severity, place, message and help")
    func json() throws {
        let report = self.report(Self.broken)
        let first = try #require(report.json["diagnostics"]?.arrayValue?.first?.objectValue)
        #expect(
            first.names == [
                "code", "severity", "file", "line", "column", "end_column", "message", "help",
            ]
        )
        #expect(first["file"] == "app.policy")
        #expect(first["line"] == 3)
        #expect(first["column"]?.integerValue ?? 0 > 1)
        #expect(first["severity"] == "error")
        #expect(DiagnosticReport().json["diagnostics"] == [])
    }

    @Test("a finding without a place leaves the place out")
    func nowhere() throws {
        let json = self.finding("x").json["diagnostics"]?.arrayValue?.first?.objectValue
        #expect(json?.names == ["code", "severity", "message", "help"])
        #expect(
            self.finding("x").sarif["runs"]?.arrayValue?.first?["results"]?.arrayValue?.first?[
                "locations"
            ] == nil
        )
    }

    @Test("SARIF 2.1.0 lists the rules once and every result with its region")
    func sarif() throws {
        let report = self.report(Self.broken + "policy q { requir aal2 }\n")
        let sarif = report.sarif
        #expect(sarif["version"] == "2.1.0")
        let run = try #require(sarif["runs"]?.arrayValue?.first)
        let rules = try #require(run["tool"]?["driver"]?["rules"]?.arrayValue)
        let results = try #require(run["results"]?.arrayValue)
        #expect(results.count == report.findings.count)
        #expect(Set(rules.compactMap { $0["id"]?.stringValue }).count == rules.count)
        let place = results.first?["locations"]?.arrayValue?.first?["physicalLocation"]
        #expect(place?["artifactLocation"]?["uri"] == "app.policy")
        #expect(place?["region"]?["startLine"] == 3)
        #expect(results.first?["level"] == "error")
    }

    @Test(
        "each format has its own word for a severity",
        arguments: [
            (Diagnostic.Severity.error, "error", "::error::"), (.warning, "warning", "::warning::"),
            (.info, "note", "::notice::"), (.style, "note", "::notice::"),
        ]
    )
    func severities(_ severity: Diagnostic.Severity, _ sarif: String, _ github: String) {
        let report = self.finding("x", severity: severity)
        let result = report.sarif["runs"]?.arrayValue?.first?["results"]?.arrayValue?.first
        #expect(result?["level"]?.stringValue == sarif)
        #expect(report.findings[0].workflowCommand == "\(github)GK1: x")
    }

    @Test(
        "nothing in a finding can begin another workflow command",
        arguments: ["\n", "\r", "\r\n", "\n\u{301}", "%0A"]
    )
    func workflowCommands(_ text: String) {
        let message = "a\(text)::error::b"
        let command = self.finding(message, help: message).findings[0].workflowCommand
        #expect(!command.utf8.contains(0x0A) && !command.utf8.contains(0x0D))
        #expect(command.hasPrefix("::error::GK1: a%"))
        let named = self.report(Self.broken, name: "a\(text),b:c.policy")
        let place = named.findings[0].workflowCommand
        #expect(!place.utf8.contains(0x0A) && !place.utf8.contains(0x0D))
        #expect(place.contains("%2Cb%3Ac.policy,line=3,"))
    }

    @Test("a threshold is reached by what is at least as bad")
    func thresholds() {
        let order: [Diagnostic.Severity] = [.style, .info, .warning, .error]
        for (rank, severity) in order.enumerated() {
            for (limit, threshold) in order.enumerated() {
                #expect(self.finding("x", severity: severity).reaches(threshold) == (rank >= limit))
            }
        }
        #expect(!DiagnosticReport().reaches(.style))
    }
}
