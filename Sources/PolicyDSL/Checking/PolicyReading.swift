/// A whole set as it was read: what it means if nothing is wrong, and everything that is.
public struct PolicyReading: Sendable {
    /// What was read, in the order it was given.
    public let sources: [PolicySource]
    /// The set; nil where any diagnostic is an error.
    public let policySet: PolicySet?
    /// In the order of the sources, and within one from top to bottom.
    public let diagnostics: [Diagnostic]
    /// The tests of all sources, those with errors left out.
    package let tests: [PolicyTest]
    package let parsed: [ParsedSource]

    /// Reads `sources` as one set; never fails, since what is wrong is a diagnostic.
    public init(_ sources: [PolicySource]) {
        self.sources = sources
        self.parsed = sources.enumerated().map { ParsedSource($1, index: $0) }
        var checker = Checker(sources)
        checker.check(self.parsed.map(\.tree))
        let textual = self.parsed.flatMap(\.diagnostics)
        let characters = textual.filter { $0.code == .strangeCharacter }
        let all = textual + checker.diagnostics.filter { !characters.cover($0) }
        self.diagnostics = all.sorted {
            ($0.span.source, $0.span.start) < ($1.span.source, $1.span.start)
        }
        self.tests = checker.tests
        let isSound = !all.contains { $0.severity == .error }
        let resolved = ResolvedPolicySet(
            admits: checker.admits,
            policies: checker.policies,
            pages: checker.pages
        )
        self.policySet = isSound ? PolicySet(resolved) : nil
    }
}
