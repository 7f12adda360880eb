/// One thing that is wrong with a set of policies, and where.
public struct Diagnostic: Equatable, Sendable {
    /// How bad it is.
    public enum Severity: String, Sendable, CaseIterable {
        /// The set cannot be used, or will hurt somebody.
        case error
        /// It can be used and probably does not say what was meant.
        case warning
        /// Worth knowing.
        case info
        /// Could be written better.
        case style
    }

    /// What kind of thing it is.
    public let code: DiagnosticCode
    /// How bad it is.
    public let severity: Severity
    /// Where it stands.
    public let span: SourceSpan
    /// What is wrong: lower case, no full stop, the author's words in backticks.
    public let message: String
    /// What stands beside the caret, if anything.
    public let label: String?
    /// What to do about it, if we know.
    public let help: String?

    /// A diagnostic of an author's words; `span` must be of the set that is being read.
    public init(
        _ code: DiagnosticCode,
        severity: Severity = .error,
        at span: SourceSpan,
        _ message: String,
        label: String? = nil,
        help: String? = nil
    ) {
        self.code = code
        self.severity = severity
        self.span = span
        self.message = message
        self.label = label
        self.help = help
    }
}

extension Diagnostic {
    /// Where a diagnostic stands, as editors and reports count.
    public struct Location: Equatable, Sendable {
        /// The name of the source.
        public let file: String
        /// The first character.
        public let start: PolicySource.Position
        /// Just past the last character.
        public let end: PolicySource.Position
    }

    /// The place of this diagnostic in the sources it was made for; nil when it has none.
    public func location(in sources: [PolicySource]) -> Location? {
        guard sources.indices.contains(self.span.source) else { return nil }
        let source = sources[self.span.source]
        return Location(
            file: source.name,
            start: source.position(at: self.span.start),
            end: source.position(at: self.span.end)
        )
    }
}
