internal import JSON
internal import PolicyDSL

/// One value of a document that is being read, and the way to it.
struct DocumentNode {
    typealias Refusal = PolicyDocument.Refusal

    let value: JSONValue
    let place: String

    init(_ value: JSONValue, at place: String) {
        self.value = value
        self.place = place
    }

    func refusal(_ message: String) -> Refusal {
        Refusal(place: self.place.isEmpty ? "the document" : self.place, message: message)
    }

    /// Makes sure that this is an object without members of other names.
    func expect(_ names: [String]) throws(Refusal) {
        guard let object = self.value.objectValue else { throw self.refusal("expected an object") }
        for name in object.names where !names.contains(where: { $0.utf8.elementsEqual(name.utf8) })
        {
            throw self.refusal(
                "unknown member `\(name)`, expected: " + names.joined(separator: ", ")
            )
        }
    }

    /// A member that may be missing; the refusals of its reader say so.
    func member(_ name: String) -> DocumentNode {
        DocumentNode(
            self.value[name] ?? .null,
            at: self.place.isEmpty ? name : "\(self.place).\(name)"
        )
    }

    func has(_ name: String) -> Bool { self.value[name] != nil }
}

extension DocumentNode {
    var string: String {
        get throws(Refusal) {
            guard let string = self.value.stringValue else {
                throw self.refusal("expected a string")
            }
            return string
        }
    }

    func string(_ name: String) throws(Refusal) -> Spanned<String> {
        Spanned(try self.member(name).string)
    }

    func integer(_ name: String) throws(Refusal) -> Int {
        let member = self.member(name)
        guard let integer = member.value.integerValue, (0...Int64(Int32.max)).contains(integer)
        else { throw member.refusal("expected a whole number") }
        return Int(integer)
    }

    /// A flag; one that is missing is off.
    func flag(_ name: String) throws(Refusal) -> Bool {
        guard self.has(name) else { return false }
        let member = self.member(name)
        guard let flag = member.value.boolValue else {
            throw member.refusal("expected true or false")
        }
        return flag
    }

    /// A member that is left out where there is nothing to say.
    func optional<Value>(
        _ name: String,
        _ read: (DocumentNode) throws(Refusal) -> Value
    ) throws(Refusal) -> Value? {
        guard self.has(name) else { return nil }
        return try read(self.member(name))
    }

    func list<Value>(
        _ name: String,
        _ read: (DocumentNode) throws(Refusal) -> Value
    ) throws(Refusal) -> [Spanned<Value>] {
        let member = self.member(name)
        guard let elements = member.value.arrayValue else {
            throw member.refusal("expected a list")
        }
        var values: [Spanned<Value>] = []
        for (index, element) in elements.enumerated() {
            let node = DocumentNode(element, at: "\(member.place)[\(index)]")
            values.append(Spanned(try read(node)))
        }
        return values
    }

    /// A list that is left out where it is empty.
    func listIfAny<Value>(
        _ name: String,
        _ read: (DocumentNode) throws(Refusal) -> Value
    ) throws(Refusal) -> [Spanned<Value>] {
        self.has(name) ? try self.list(name, read) : []
    }

    func strings(_ name: String) throws(Refusal) -> [Spanned<String>] {
        try self.list(name) { (node) throws(Refusal) in try node.string }
    }

    func stringsIfAny(_ name: String) throws(Refusal) -> [Spanned<String>] {
        self.has(name) ? try self.strings(name) : []
    }
}

extension DocumentNode {
    /// One word of a closed vocabulary.
    func word<Word>(
        of words: [Word],
        spelled spelling: (Word) -> String
    ) throws(Refusal) -> Word {
        let text = try self.string
        guard let word = words.first(where: { spelling($0).utf8.elementsEqual(text.utf8) }) else {
            let names = words.map(spelling).joined(separator: ", ")
            throw self.refusal("unknown word `\(text)`, expected one of: \(names)")
        }
        return word
    }

    func word<Word>(_ vocabulary: Word.Type) throws(Refusal) -> Word
    where Word: RawRepresentable & CaseIterable, Word.RawValue == String {
        try self.word(of: Array(Word.allCases), spelled: \.rawValue)
    }

    func words<Word>(_ name: String, of vocabulary: Word.Type) throws(Refusal) -> [Spanned<Word>]
    where Word: RawRepresentable & CaseIterable, Word.RawValue == String {
        try self.list(name) { (node) throws(Refusal) in try node.word(vocabulary) }
    }

    func instant(_ name: String) throws(Refusal) -> Spanned<InstantSyntax> {
        let member = self.member(name)
        let text = try member.string
        guard let value = Instant(date: text) ?? Instant(rfc3339: text) else {
            throw member.refusal("expected a date or an instant with an offset")
        }
        return Spanned(InstantSyntax(text: text, value: value))
    }

    /// A duration: `{"amount": 15, "unit": "minutes"}`.
    func duration() throws(Refusal) -> Spanned<DurationSyntax> {
        try self.expect(["amount", "unit"])
        return Spanned(
            DurationSyntax(
                amount: try self.integer("amount"),
                unit: try self.member("unit").word(DurationSyntax.Unit.self)
            )
        )
    }

    func durationIfAny(_ name: String) throws(Refusal) -> Spanned<DurationSyntax>? {
        try self.optional(name) { (node) throws(Refusal) in try node.duration() }
    }

    func claimPath(_ name: String) throws(Refusal) -> Spanned<ClaimPath> {
        Spanned(ClaimPath(try self.strings(name).map(\.value)))
    }
}
