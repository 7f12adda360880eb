/// One word, string or mark of a source: what is left once spaces and comments are gone.
struct Lexeme: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        /// Everything that is neither a string nor a mark: keywords, names, paths, hosts, instants.
        case word
        /// `"…"`; the text is what stands between the quotes.
        case string
        case openBrace
        case closeBrace
        case openBracket
        case closeBracket
        case comma
        case equals
        /// The end of the source, once, last.
        case end
    }

    let kind: Kind
    let text: String
    let span: SourceSpan
    /// Whether nothing but spaces stands before it on its line.
    let beginsLine: Bool
}

/// `# …` to the end of its line, kept for the formatter.
package struct Comment: Equatable, Sendable {
    /// What stands after `#`, without trailing spaces.
    package let text: String
    package let span: SourceSpan
    /// Whether it stands on a line of its own.
    package let ownsLine: Bool
    /// Whether a line is left blank above it.
    package let followsBlankLine: Bool
}
