internal import CJansson

/// A parsed JSON text, read in place; the tree stays jansson's and is released with the document.
@safe package final class JSONDocument {
    private let tree: UnsafeMutablePointer<json_t>

    /// Parses one JSON text.
    ///
    /// Refused: repeated member names, text that is not UTF-8, NUL in a string, numbers that fit
    /// neither `Int64` nor `Double`, anything after the value.
    package init(parsing text: Span<UInt8>, limits: JSONLimits = .standard) throws(JSONError) {
        guard text.count <= limits.maximumBytes else {
            throw .tooLarge(maximumBytes: limits.maximumBytes)
        }
        var problem = json_error_t()
        let flags = Int(JSON_REJECT_DUPLICATES | JSON_DECODE_ANY)
        let parsed = unsafe text.withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                unsafe json_loadb(characters.baseAddress, characters.count, flags, &problem)
            }
        }
        guard let parsed = unsafe parsed else {
            throw JSONError(problem, limits: limits, isEmpty: text.isEmpty)
        }
        unsafe self.tree = parsed
        try unsafe limits.check(self.tree, depth: 0)
    }

    deinit {
        unsafe json_decref(self.tree)
    }

    package var root: JSONNode {
        unsafe JSONNode(document: self, handle: self.tree)
    }
}

// The tree is never modified after `init`, its reference counts are not touched while reading, and
// jansson allows concurrent readers of one value. It is therefore Sendable.
extension JSONDocument: @unchecked Sendable {}

/// One value inside a document, which it keeps alive.
@safe package struct JSONNode {
    private let document: JSONDocument
    private let handle: UnsafeMutablePointer<json_t>

    fileprivate init(document: JSONDocument, handle: UnsafeMutablePointer<json_t>) {
        self.document = document
        unsafe self.handle = handle
    }

    private var type: json_type {
        unsafe self.handle.pointee.type
    }

    private func node(_ handle: UnsafeMutablePointer<json_t>?) -> JSONNode? {
        guard let handle = unsafe handle else { return nil }
        return unsafe JSONNode(document: self.document, handle: handle)
    }
}

extension JSONNode {
    package var isObject: Bool {
        self.type == JSON_OBJECT
    }

    package var isArray: Bool {
        self.type == JSON_ARRAY
    }

    package var isString: Bool {
        self.type == JSON_STRING
    }

    package var isNull: Bool {
        self.type == JSON_NULL
    }

    package var bool: Bool? {
        switch self.type {
        case JSON_TRUE: true
        case JSON_FALSE: false
        default: nil
        }
    }

    package var integer: Int64? {
        guard self.type == JSON_INTEGER else { return nil }
        return unsafe json_integer_value(self.handle)
    }

    package var real: Double? {
        guard self.type == JSON_REAL else { return nil }
        return unsafe json_real_value(self.handle)
    }

    package var string: String? {
        unsafe self.withStringBytes { bytes in
            unsafe String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Whether this is a string of exactly these bytes.
    package func isString(equalTo text: String) -> Bool {
        unsafe self.withStringBytes { bytes in
            let text = text.utf8Span.span
            guard bytes.count == text.count else { return false }
            for position in text.indices where unsafe text[position] != bytes[position] {
                return false
            }
            return true
        } ?? false
    }

    private func withStringBytes<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result? {
        guard let text = unsafe json_string_value(self.handle) else { return nil }
        let count = unsafe json_string_length(self.handle)
        return unsafe text.withMemoryRebound(to: UInt8.self, capacity: count) { start in
            unsafe body(UnsafeBufferPointer(start: start, count: count))
        }
    }
}

extension JSONNode {
    /// Members of an object, elements of an array, otherwise 0.
    package var count: Int {
        switch self.type {
        case JSON_OBJECT: unsafe json_object_size(self.handle)
        case JSON_ARRAY: unsafe json_array_size(self.handle)
        default: 0
        }
    }

    /// The member of that name, when this is an object that has one.
    package func member(_ name: String) -> JSONNode? {
        unsafe name.utf8.span.withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                unsafe self.node(
                    json_object_getn(self.handle, characters.baseAddress, characters.count)
                )
            }
        }
    }

    /// The element at that place, when this is an array that has one.
    package func element(_ position: Int) -> JSONNode? {
        guard position >= 0 else { return nil }
        return unsafe self.node(json_array_get(self.handle, position))
    }

    /// Calls `body` with every element of an array, in order.
    package func forEachElement<Failure: Error>(
        _ body: (JSONNode) throws(Failure) -> Void
    ) throws(Failure) {
        guard self.isArray else { return }
        for position in 0..<self.count {
            guard let element = self.element(position) else { return }
            try body(element)
        }
    }

    /// Calls `body` with every name and member of an object, in order.
    package func forEachMember<Failure: Error>(
        _ body: (String, JSONNode) throws(Failure) -> Void
    ) throws(Failure) {
        try unsafe self.forEachPair { (name, member) throws(Failure) in
            try unsafe body(String(decoding: name, as: UTF8.self), member)
        }
    }

    private func forEachPair<Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>, JSONNode) throws(Failure) -> Void
    ) throws(Failure) {
        var iterator = unsafe json_object_iter(self.handle)
        while let current = unsafe iterator {
            guard let name = unsafe json_object_iter_key(current),
                let member = unsafe self.node(json_object_iter_value(current))
            else { return }
            let count = unsafe json_object_iter_key_len(current)
            let bytes = unsafe UnsafeRawBufferPointer(start: name, count: count)
            try unsafe body(bytes.assumingMemoryBound(to: UInt8.self), member)
            unsafe iterator = json_object_iter_next(self.handle, current)
        }
    }
}

extension JSONNode {
    /// The value, copied out.
    package var value: JSONValue {
        switch self.type {
        case JSON_TRUE: .bool(true)
        case JSON_FALSE: .bool(false)
        case JSON_INTEGER: .integer(unsafe json_integer_value(self.handle))
        case JSON_REAL: .real(unsafe json_real_value(self.handle))
        case JSON_STRING: .string(self.string ?? "")
        case JSON_ARRAY: .array(self.elements)
        case JSON_OBJECT: .object(self.object)
        default: .null
        }
    }

    private var elements: [JSONValue] {
        var elements: [JSONValue] = []
        elements.reserveCapacity(self.count)
        self.forEachElement { elements.append($0.value) }
        return elements
    }

    private var object: JSONObject {
        var members: [JSONObject.Member] = []
        members.reserveCapacity(self.count)
        self.forEachMember { members.append(JSONObject.Member(name: $0, value: $1.value)) }
        return JSONObject(uncheckedMembers: members)
    }
}

extension JSONLimits {
    fileprivate func check(
        _ node: UnsafeMutablePointer<json_t>,
        depth: Int
    ) throws(JSONError) {
        switch unsafe node.pointee.type {
        case JSON_ARRAY:
            let count = unsafe json_array_size(node)
            try self.check(count: count, depth: depth)
            for position in 0..<count {
                guard let element = unsafe json_array_get(node, position) else { return }
                try unsafe self.check(element, depth: depth + 1)
            }
        case JSON_OBJECT:
            try self.check(count: unsafe json_object_size(node), depth: depth)
            var iterator = unsafe json_object_iter(node)
            while let current = unsafe iterator {
                guard let member = unsafe json_object_iter_value(current) else { return }
                try unsafe self.check(member, depth: depth + 1)
                unsafe iterator = json_object_iter_next(node, current)
            }
        default: return
        }
    }

    private func check(count: Int, depth: Int) throws(JSONError) {
        guard depth < self.maximumDepth else { throw .tooDeep(maximumDepth: self.maximumDepth) }
        guard count <= self.maximumMembers else {
            throw .tooManyMembers(maximumMembers: self.maximumMembers)
        }
    }
}

extension JSONValue {
    /// Parses one JSON text and copies its value out; what is refused says ``JSONDocument``.
    package init(parsing text: Span<UInt8>, limits: JSONLimits = .standard) throws(JSONError) {
        self = try JSONDocument(parsing: text, limits: limits).root.value
    }

    package init(parsing text: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
        try self.init(parsing: text.span, limits: limits)
    }

    package init(parsing text: String, limits: JSONLimits = .standard) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }
}

extension JSONError {
    // jansson's message quotes the input near the problem, so only its code is taken over.
    fileprivate init(_ problem: json_error_t, limits: JSONLimits, isEmpty: Bool) {
        let code = unsafe withUnsafePointer(to: problem) { unsafe json_error_code($0) }
        let position = JSONPosition(
            byteOffset: Int(problem.position),
            line: Int(problem.line),
            column: Int(problem.column)
        )
        switch code {
        case json_error_stack_overflow: self = .tooDeep(maximumDepth: limits.maximumDepth)
        case json_error_premature_end_of_input: self = .malformed(.endOfText, at: position)
        case json_error_end_of_input_expected: self = .malformed(.trailingText, at: position)
        case json_error_duplicate_key: self = .malformed(.duplicateName, at: position)
        case json_error_invalid_utf8: self = .malformed(.invalidUTF8, at: position)
        case json_error_null_character, json_error_null_byte_in_key:
            self = .malformed(.nullCharacter, at: position)
        case json_error_numeric_overflow: self = .malformed(.numberOutOfRange, at: position)
        default: self = .malformed(isEmpty ? .endOfText : .syntax, at: position)
        }
    }
}
