internal import ArgumentParser

/// How a result is written.
enum ResultFormat: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
}

/// How findings are written.
enum DiagnosticFormat: String, CaseIterable, ExpressibleByArgument {
    /// With the line and a caret.
    case text
    /// One line each, without drawings.
    case plain
    case json
    /// Static Analysis Results Interchange Format 2.1.0.
    case sarif
    /// Workflow commands that GitHub shows beside the line.
    case github
}
