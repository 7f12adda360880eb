// The smallest parts: names, numbers, instants, durations, strings, claim paths.
extension Parser {
    /// The most bytes a NAME may have.
    static let longestName = 255

    mutating func word(_ thing: String) throws(Failure) -> Spanned<String> {
        guard self.current.kind == .word else {
            self.note(expecting: thing)
            throw self.unexpected()
        }
        let lexeme = self.advance()
        return Spanned(lexeme.text, at: lexeme.span)
    }

    mutating func string() throws(Failure) -> Spanned<String> {
        let lexeme = self.current
        try self.expect(.string)
        return Spanned(lexeme.text, at: lexeme.span)
    }

    /// A name that is being given or used.
    mutating func name(_ thing: String = "a name") throws(Failure) -> Spanned<String> {
        let word = try self.word(thing)
        guard word.value.utf8.allSatisfy(Ascii.isNamePart) else {
            throw self.failure(
                .badName,
                at: word.span,
                "\(Spelling.quoted(word.value)) is not a name",
                help: Self.nameSpelled(by: word.value).map { "did you mean `\($0)`?" }
                    ?? "names hold lower-case letters, digits and `-`"
            )
        }
        try self.checkLength(of: word)
        return word
    }

    /// `My_Policy` as a name: `my-policy`.
    private static func nameSpelled(by word: String) -> String? {
        let name = word.lowercased().split(whereSeparator: { $0 == "_" || $0 == "." })
            .joined(separator: "-")
        let isName =
            !name.isEmpty && name.utf8.count <= 60
            && name.utf8.allSatisfy(Ascii.isNamePart)
        return isName ? name : nil
    }

    func checkLength(of name: Spanned<String>) throws(Failure) {
        guard name.value.utf8.count > Self.longestName else { return }
        throw self.failure(
            .overLimit,
            at: name.span,
            "name of \(name.value.utf8.count) bytes",
            help: "a name has at most \(Self.longestName) bytes"
        )
    }

    mutating func integer() throws(Failure) -> Spanned<Int> {
        let lexeme = self.current
        guard lexeme.kind == .word, lexeme.text.utf8.allSatisfy(Ascii.isDigit) else {
            self.note(expecting: "a number")
            throw self.unexpected()
        }
        guard let value = Int(lexeme.text), value <= Int(Int32.max) else {
            throw self.failure(
                .overLimit,
                at: lexeme.span,
                "\(Spelling.quoted(lexeme.text)) is too large a number"
            )
        }
        self.advance()
        return Spanned(value, at: lexeme.span)
    }

    mutating func duration() throws(Failure) -> Spanned<DurationSyntax> {
        let start = self.current.span
        if let spelled = Self.durationSpelled(by: self.current) {
            throw self.failure(
                .unexpectedWord,
                at: start,
                "unexpected \(Spelling.quoted(self.current.text))",
                label: "expected a number and a unit",
                help: "did you mean `\(spelled)`?"
            )
        }
        let amount = try self.integer()
        let unit = try self.expectOne(of: DurationSyntax.Unit.self)
        let duration = DurationSyntax(amount: amount.value, unit: unit.value)
        guard duration.seconds <= DurationSyntax.longest else {
            throw self.failure(
                .overLimit,
                at: self.span(from: start),
                "duration of more than a hundred years"
            )
        }
        return Spanned(duration, at: self.span(from: start))
    }

    /// `5m` and the like, as the language writes it.
    private static func durationSpelled(by lexeme: Lexeme) -> String? {
        guard lexeme.kind == .word else { return nil }
        let digits = lexeme.text.prefix { $0.isASCII && $0.isNumber }
        let unit = lexeme.text.dropFirst(digits.count)
        guard !digits.isEmpty, digits.count < 10, !unit.isEmpty else { return nil }
        let units = DurationSyntax.Unit.allCases.map(\.rawValue)
        let meant = units.contains(String(unit)) ? String(unit) : nil
        guard let word = meant ?? Vocabulary.meaning(of: String(unit), among: units) else {
            return nil
        }
        return "\(digits) \(word)"
    }

    /// A word that begins with four digits and `-` is an instant.
    static func isInstant(_ lexeme: Lexeme) -> Bool {
        let start = Array(lexeme.text.utf8.prefix(5))
        return lexeme.kind == .word && start.count == 5
            && start.prefix(4).allSatisfy(Ascii.isDigit) && start.last == Ascii.dash
    }

    mutating func instant() throws(Failure) -> Spanned<InstantSyntax> {
        let lexeme = self.current
        guard Self.isInstant(lexeme) else {
            self.note(expecting: "a date such as 2026-12-01")
            throw self.unexpected()
        }
        let isDate = lexeme.text.utf8.count == Self.dateLength
        let value = isDate ? Instant(date: lexeme.text) : Instant(rfc3339: lexeme.text)
        guard let value else {
            throw self.failure(
                .badInstant,
                at: lexeme.span,
                "\(Spelling.quoted(lexeme.text)) is not a date or instant",
                help: "write `2026-12-01`, or with time and offset `2026-12-01T08:00:00+01:00`"
            )
        }
        self.advance()
        return Spanned(InstantSyntax(text: lexeme.text, value: value), at: lexeme.span)
    }

    /// A day without a time.
    mutating func date() throws(Failure) -> Spanned<InstantSyntax> {
        let instant = try self.instant()
        guard instant.value.text.utf8.count == Self.dateLength else {
            throw self.failure(
                .badInstant,
                at: instant.span,
                "\(Spelling.quoted(instant.value.text)) is more than a date",
                help: "write `\(instant.value.text.prefix(Self.dateLength))`"
            )
        }
        return instant
    }

    private static let dateLength = 10
}
