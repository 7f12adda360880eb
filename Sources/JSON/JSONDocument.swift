/// A parsed JSON text, read in place.
package final class JSONDocument: Sendable {
    fileprivate let tape: JSONTape

    /// Parses one JSON text.
    ///
    /// Refused: repeated member names, text that is not UTF-8, NUL in a string, numbers that fit
    /// neither `Int64` nor `Double`, anything after the value.
    package init(parsing text: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        if let plain = JSONTape(plain: text, limits: limits) {
            self.tape = plain
        } else {
            self.tape = try JSONTape(jansson: text, limits: limits)
        }
    }

    /// Parses a plain text; nil where jansson has to be asked.
    ///
    /// For tests, which hold both readers against each other.
    package init?(plain text: [UInt8], limits: JSONLimits = .standard) {
        guard let tape = JSONTape(plain: text, limits: limits) else { return nil }
        self.tape = tape
    }

    /// Parses any text with jansson.
    ///
    /// For tests, which hold both readers against each other.
    package init(jansson text: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        self.tape = try JSONTape(jansson: text, limits: limits)
    }

    package var root: JSONNode {
        JSONNode(document: self, position: 0)
    }
}

/// One value inside a document, which it keeps alive.
package struct JSONNode: Sendable {
    private let document: JSONDocument
    // INVARIANT: the place of a value in the document's tape.
    private let position: Int

    fileprivate init(document: JSONDocument, position: Int) {
        self.document = document
        self.position = position
    }

    private var entry: JSONTape.Entry {
        self.document.tape.entries[self.position]
    }

    private func node(_ position: Int) -> JSONNode {
        JSONNode(document: self.document, position: position)
    }
}

extension JSONNode {
    package var isObject: Bool {
        guard case .object = self.entry else { return false }
        return true
    }

    package var isArray: Bool {
        guard case .array = self.entry else { return false }
        return true
    }

    package var isString: Bool {
        guard case .string = self.entry else { return false }
        return true
    }

    package var bool: Bool? {
        guard case .bool(let value) = self.entry else { return nil }
        return value
    }

    package var integer: Int64? {
        guard case .integer(let value) = self.entry else { return nil }
        return value
    }

    package var real: Double? {
        guard case .real(let value) = self.entry else { return nil }
        return value
    }

    package var string: String? {
        self.document.tape.string(at: self.position)
    }

    /// Whether this is a string of exactly these bytes.
    package func isString(equalTo text: String) -> Bool {
        self.document.tape.isString(text.utf8Span.span, at: self.position)
    }
}

extension JSONNode {
    /// Members of an object, elements of an array, otherwise 0.
    package var count: Int {
        switch self.entry {
        case .array(let count, _), .object(let count, _): Int(count)
        case .null, .bool, .integer, .real, .string: 0
        }
    }

    /// The member of that name, when this is an object that has one.
    package func member(_ name: String) -> JSONNode? {
        self.document.tape.member(name.utf8Span.span, ofObjectAt: self.position).map(self.node)
    }

    /// Calls `body` with every element of an array, in order.
    package func forEachElement<Failure: Error>(
        _ body: (JSONNode) throws(Failure) -> Void
    ) throws(Failure) {
        guard case .array(let count, _) = self.entry else { return }
        var position = self.position + 1
        for _ in 0..<count {
            try body(self.node(position))
            position = self.document.tape.position(after: position)
        }
    }

    /// Calls `body` with every name and member of an object, in order.
    package func forEachMember<Failure: Error>(
        _ body: (String, JSONNode) throws(Failure) -> Void
    ) throws(Failure) {
        guard case .object(let count, _) = self.entry else { return }
        var position = self.position + 1
        for _ in 0..<count {
            guard let name = self.document.tape.string(at: position) else { return }
            try body(name, self.node(position + 1))
            position = self.document.tape.position(after: position + 1)
        }
    }

    /// The elements of an array, otherwise none.
    package var elements: [JSONNode] {
        var elements: [JSONNode] = []
        elements.reserveCapacity(self.count)
        self.forEachElement { elements.append($0) }
        return elements
    }
}

extension JSONNode {
    /// The value, copied out.
    package var value: JSONValue {
        switch self.entry {
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .real(let value): .real(value)
        case .string: .string(self.string ?? "")
        case .array: .array(self.elements.map(\.value))
        case .object: .object(self.object)
        }
    }

    private var object: JSONObject {
        var members: [JSONObject.Member] = []
        members.reserveCapacity(self.count)
        self.forEachMember { members.append(JSONObject.Member(name: $0, value: $1.value)) }
        return JSONObject(uncheckedMembers: members)
    }
}

extension JSONValue {
    /// Parses one JSON text and copies its value out; what is refused says ``JSONDocument``.
    package init(parsing text: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        self = try JSONDocument(parsing: text, limits: limits).root.value
    }

    package init(parsing text: String, limits: JSONLimits = .standard) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }
}
