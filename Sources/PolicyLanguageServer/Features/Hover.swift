internal import JSON
internal import PolicyDSL

// What stands under the cursor, in plain words.
extension DocumentInSet {
    func hover(at position: TextPosition) -> JSONValue {
        let offset = self.text.offset(of: position)
        let parts = [
            self.nameText(at: offset), self.wordText(at: offset), self.itemText(at: offset),
        ]
        .compactMap(\.self)
        guard !parts.isEmpty else { return .null }
        var seen: Set<String> = []
        let texts = parts.filter { seen.insert($0.text).inserted }
        return [
            "contents": [
                "kind": "markdown",
                "value": .string(texts.map(\.text).joined(separator: "\n\n---\n\n")),
            ],
            "range": self.text.range(of: texts[0].span).json,
        ]
    }

    private typealias Piece = (text: String, span: SourceSpan)

    private func nameText(at offset: Int) -> Piece? {
        guard let name = self.set.names.occurrence(at: offset, in: self.index) else { return nil }
        if name.isPolicy {
            return self.policyText(named: name.name).map { ($0, name.span) }
        }
        let defines = self.set.reading.parsed.flatMap(\.tree.items).compactMap { item in
            if case .define(let define) = item.value { define } else { nil }
        }
        guard let define = defines.first(where: { $0.name.value == name.name }) else { return nil }
        let members = define.members.map { "`\($0.value)`" }.joined(separator: ", ")
        return ("**\(name.name)** stands for the \(define.kind.rawValue) \(members)", name.span)
    }

    private func wordText(at offset: Int) -> Piece? {
        guard let word = self.word(at: offset), let entry = WordGuide.entry(of: word.value) else {
            return nil
        }
        return ("**\(word.value)**: \(entry)", word.span)
    }

    private func itemText(at offset: Int) -> Piece? {
        guard let item = self.set.item(at: offset, in: self.index) else { return nil }
        switch item.value {
        case .policy(let policy):
            return self.policyText(named: policy.name.value).map { ($0, item.span) }
        case .admit:
            let admits = self.set.reading.policySet?.resolved.admits ?? []
            return admits.first { $0.span == item.span }.map { ($0.sentence, item.span) }
        case .pages, .define, .test: return nil
        }
    }

    /// The policy as sentences, and the routes of the set that it stands on.
    private func policyText(named name: String) -> String? {
        guard let set = self.set.reading.policySet, let policy = set.policy(named: name) else {
            return nil
        }
        let atoms = RouteAtoms(set.resolved).atoms
        let inScope = atoms.filter { $0.policies.contains { $0.name == name } }
        var requests = inScope.prefix(Self.mostExamples).map { atom in
            "`\(atom.request.method) \(atom.request.path)`"
        }
        if inScope.count > requests.count { requests.append("…") }
        let applies =
            "Stands on \(inScope.count) of \(atoms.count) kinds of requests that the set tells "
            + "apart" + (requests.isEmpty ? "." : ", such as \(requests.joined(separator: ", ")).")
        return "\(policy.sentence)\n\n\(applies)"
    }

    private static let mostExamples = 4

    /// The word that an offset touches.
    private func word(at offset: Int) -> Spanned<String>? {
        let bytes = self.text.bytes
        let isPart = { (byte: UInt8) in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
                || (0x41...0x5A).contains(byte)
        }
        let start = offset - bytes[..<offset].reversed().prefix(while: isPart).count
        let end = offset + bytes[offset...].prefix(while: isPart).count
        guard start < end else { return nil }
        let span = SourceSpan(source: self.index, start: start, end: end)
        return Spanned(String(decoding: bytes[start..<end], as: UTF8.self), at: span)
    }
}
