internal import PolicyDSL
internal import Yams

extension Section {
    /// The text of a scalar with its variables replaced.
    func text(_ key: String) -> String? {
        self.scalar(key).map { self.reading.expanded($0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    func requiredText(_ key: String, example: String) -> String? {
        self.required(key, example: example) ? self.text(key) : nil
    }

    /// Whether `key` stands there; reported when not.
    func required(_ key: String, example: String) -> Bool {
        if self.has(key) { return true }
        let place = self.path.isEmpty ? "" : " in `\(self.path)`"
        self.report(
            .missingKey,
            key,
            "`\(key)` is missing\(place)",
            help: "write `\(key): \(example)`"
        )
        return false
    }

    func secret(_ key: String) -> Secret? {
        self.scalar(key).flatMap { self.reading.secret($0) }
    }

    /// An absolute path.
    func path(_ key: String) -> String? {
        self.text(key).map { self.reading.absolute($0) }
    }

    /// A value that `parse` understands; anything else is reported with an example.
    func value<Value>(
        _ key: String,
        _ kind: String,
        example: String,
        parse: (String) -> Value?
    ) -> Value? {
        guard let text = self.text(key) else { return nil }
        if let value = parse(text) { return value }
        self.report(
            .badValue,
            key,
            "`\(text)` is not \(kind)",
            help: "write it like `\(example)`"
        )
        return nil
    }

    func duration(
        _ key: String,
        default fallback: Duration,
        in range: ClosedRange<Duration> = .milliseconds(1)...(.seconds(315_360_000))
    ) -> Duration {
        let duration = self.value(
            key,
            "a duration",
            example: DurationSyntax.format(fallback),
            parse: DurationSyntax.parse
        )
        guard let duration else { return fallback }
        return self.bounded(duration, key, range, DurationSyntax.format, fallback)
    }

    func size(_ key: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        let size = self.value(
            key,
            "a size",
            example: SizeSyntax.format(fallback),
            parse: SizeSyntax.parse
        )
        guard let size else { return fallback }
        return self.bounded(size, key, range, SizeSyntax.format, fallback)
    }

    func integer(_ key: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        self.integer(key, example: fallback, in: range) ?? fallback
    }

    /// A number that has no default.
    func integer(_ key: String, example: Int = 100, in range: ClosedRange<Int>) -> Int? {
        let number = self.value(
            key,
            "a whole number",
            example: "\(example)",
            parse: { Int($0) }
        )
        return number.map { self.bounded($0, key, range, { "\($0)" }, example) }
    }

    func fraction(_ key: String, default fallback: Double) -> Double {
        guard let number = self.value(key, "a number", example: "0.1", parse: { Double($0) }) else {
            return fallback
        }
        return self.bounded(number, key, 0...1, { "\($0)" }, fallback)
    }

    func flag(_ key: String, default fallback: Bool) -> Bool {
        self.value(key, "true or false", example: "\(fallback)") { Bool($0) } ?? fallback
    }

    /// One word of a closed list.
    func word<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        of type: Word.Type
    ) -> Word? {
        guard let text = self.scalar(key) else { return nil }
        return self.reading.word(Spanned(self.reading.expanded(text), at: text.span), of: type)
    }

    /// A list of texts; a single scalar is a list of one.
    func texts(_ key: String) -> [Spanned<String>] {
        guard let node = self.node(key) else { return [] }
        guard let items = node.sequence else {
            return self.reading.scalar(node, key: key).map { [$0] } ?? []
        }
        return items.compactMap { item in
            self.reading.scalar(item, key: key).map { text in
                Spanned(self.reading.expanded(text), at: text.span)
            }
        }
    }

    private func scalar(_ key: String) -> Spanned<String>? {
        self.node(key).flatMap { self.reading.scalar($0, key: key) }
    }

    private func bounded<Value: Comparable>(
        _ value: Value,
        _ key: String,
        _ range: ClosedRange<Value>,
        _ format: (Value) -> String,
        _ fallback: Value
    ) -> Value {
        if range.contains(value) { return value }
        self.report(
            .badValue,
            key,
            "`\(key)` must be between \(format(range.lowerBound)) and \(format(range.upperBound))"
        )
        return fallback
    }
}

extension ConfigurationReading {
    func scalar(_ node: Node, key: String) -> Spanned<String>? {
        guard case .scalar(let scalar) = node else {
            self.report(.badValue, at: self.span(of: node), "`\(key)` must be one value")
            return nil
        }
        return Spanned(scalar.string, at: self.span(of: node))
    }

    func word<Word: RawRepresentable<String> & CaseIterable>(
        _ text: Spanned<String>,
        of type: Word.Type
    ) -> Word? {
        if let word = Word(rawValue: text.value) { return word }
        let words = type.allCases.map(\.rawValue)
        let meant = NearestWord.find(text.value, among: words)
        self.report(
            .unknownWord,
            at: text.span,
            "`\(text.value)` is not one of: \(words.joined(separator: ", "))",
            help: meant.map { "did you mean `\($0)`?" }
        )
        return nil
    }
}
