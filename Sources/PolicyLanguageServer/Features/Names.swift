internal import JSON
internal import PolicyDSL

// The names that a set gives: where they are defined and used, and another name for them.
extension DocumentInSet {
    private func occurrence(at position: TextPosition) -> NameTable.Occurrence? {
        self.set.names.occurrence(at: self.text.offset(of: position), in: self.index)
    }

    func definition(at position: TextPosition) -> JSONValue {
        guard let name = self.occurrence(at: position),
            let definition = self.set.names.definition(of: name)
        else { return .null }
        return self.location(of: definition.span)
    }

    func references(at position: TextPosition, withDefinition isWhole: Bool) -> JSONValue {
        guard let name = self.occurrence(at: position) else { return [] }
        let all = self.set.names.all(of: name).filter { isWhole || !$0.isDefinition }
        return .array(all.map { self.location(of: $0.span) })
    }

    func prepareRename(at position: TextPosition) -> JSONValue {
        guard let name = self.occurrence(at: position), self.set.names.definition(of: name) != nil
        else { return .null }
        return [
            "range": self.text.range(of: name.span).json, "placeholder": .string(name.name),
        ]
    }

    /// The edits that give a name another spelling everywhere.
    ///
    /// The set is read with the new name before anyone is told to write it.
    func rename(at position: TextPosition, to name: String) throws(RPCError) -> JSONValue {
        guard let old = self.occurrence(at: position), self.set.names.definition(of: old) != nil
        else { throw RPCError(.requestFailed, "there is no name of this set here") }
        let places = self.set.names.all(of: old)
        try self.check(name, at: places.map(\.span))
        var edits: [String: [JSONValue]] = [:]
        for occurrence in places {
            guard let place = self.set.place(of: occurrence.span) else { continue }
            edits[place.address.uri, default: []].append(
                ["range": place.range.json, "newText": .string(name)]
            )
        }
        var changes: JSONObject = [:]
        for (uri, edits) in edits.sorted(by: { $0.key < $1.key }) { changes[uri] = .array(edits) }
        return ["changes": .object(changes)]
    }

    private func check(_ name: String, at spans: [SourceSpan]) throws(RPCError) {
        let isName = name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
        }
        guard isName, !name.isEmpty else {
            throw RPCError(.requestFailed, "names hold lower-case letters, digits and `-`")
        }
        let sources = self.set.reading.sources.enumerated().map { index, source in
            var bytes = source.bytes
            let inside = spans.filter { $0.source == index }.sorted { $0.start > $1.start }
            for span in inside { bytes.replaceSubrange(span.start..<span.end, with: name.utf8) }
            return PolicySource(name: source.name, bytes: bytes)
        }
        let before = self.set.reading.diagnostics.filter { $0.severity == .error }
        let after = PolicyReading(sources).diagnostics.filter { $0.severity == .error }
        guard after.count > before.count else { return }
        let known = Set(before.map(\.message))
        let added = after.first { !known.contains($0.message) } ?? after.first
        throw RPCError(.requestFailed, added?.message ?? "the set could not be read any more")
    }

    private func location(of span: SourceSpan) -> JSONValue {
        guard let place = self.set.place(of: span) else { return .null }
        return ["uri": .string(place.address.uri), "range": place.range.json]
    }
}
