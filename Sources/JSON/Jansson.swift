internal import CJansson

extension JSONTape {
    /// Lets jansson read a text, and says why it is refused.
    init(jansson text: [UInt8], limits: JSONLimits) throws(JSONError) {
        let maximum = Self.maximumBytes(limits)
        guard text.count <= maximum else { throw .tooLarge(maximumBytes: maximum) }
        var problem = json_error_t()
        let flags = Int(JSON_REJECT_DUPLICATES | JSON_DECODE_ANY)
        let parsed = unsafe text.withUnsafeBytes { bytes in
            let characters = unsafe bytes.assumingMemoryBound(to: CChar.self)
            return unsafe json_loadb(characters.baseAddress, characters.count, flags, &problem)
        }
        guard let tree = unsafe parsed else {
            throw JSONError(problem, limits: limits, isEmpty: text.isEmpty)
        }
        defer { unsafe json_decref(tree) }
        var copier = TreeCopier(limits: limits)
        // What its escapes stand for is never longer than the text.
        copier.text.reserveCapacity(text.count)
        try unsafe copier.copy(tree, depth: 0)
        self.init(text: copier.text, entries: copier.entries)
    }
}

/// Lays a tree of jansson's out flat.
private struct TreeCopier {
    let limits: JSONLimits
    var text: [UInt8] = []
    var entries: [JSONTape.Entry] = []

    mutating func copy(
        _ node: UnsafeMutablePointer<json_t>,
        depth: Int
    ) throws(JSONError) {
        switch unsafe node.pointee.type {
        case JSON_TRUE: self.entries.append(.bool(true))
        case JSON_FALSE: self.entries.append(.bool(false))
        case JSON_INTEGER: self.entries.append(.integer(unsafe json_integer_value(node)))
        case JSON_REAL: self.entries.append(.real(unsafe json_real_value(node)))
        case JSON_STRING:
            unsafe self.copy(json_string_value(node), count: json_string_length(node))
        case JSON_ARRAY: try unsafe self.copy(array: node, depth: depth)
        case JSON_OBJECT: try unsafe self.copy(object: node, depth: depth)
        default: self.entries.append(.null)
        }
    }

    private mutating func copy(_ text: UnsafePointer<CChar>?, count: Int) {
        let start = UInt32(self.text.count)
        unsafe self.text.append(contentsOf: UnsafeRawBufferPointer(start: text, count: count))
        self.entries.append(.string(start: start, count: UInt32(count)))
    }

    private mutating func copy(
        array node: UnsafeMutablePointer<json_t>,
        depth: Int
    ) throws(JSONError) {
        let count = unsafe json_array_size(node)
        try self.check(count: count, depth: depth)
        let place = self.entries.count
        self.entries.append(.null)
        for position in 0..<count {
            guard let element = unsafe json_array_get(node, position) else { break }
            try unsafe self.copy(element, depth: depth + 1)
        }
        self.entries[place] = .array(count: UInt32(count), end: UInt32(self.entries.count))
    }

    private mutating func copy(
        object node: UnsafeMutablePointer<json_t>,
        depth: Int
    ) throws(JSONError) {
        let count = unsafe json_object_size(node)
        try self.check(count: count, depth: depth)
        let place = self.entries.count
        self.entries.append(.null)
        var iterator = unsafe json_object_iter(node)
        while let current = unsafe iterator {
            guard let member = unsafe json_object_iter_value(current) else { break }
            unsafe self.copy(
                json_object_iter_key(current),
                count: json_object_iter_key_len(current)
            )
            try unsafe self.copy(member, depth: depth + 1)
            unsafe iterator = json_object_iter_next(node, current)
        }
        self.entries[place] = .object(count: UInt32(count), end: UInt32(self.entries.count))
    }

    private func check(count: Int, depth: Int) throws(JSONError) {
        guard depth < self.limits.maximumDepth else {
            throw .tooDeep(maximumDepth: self.limits.maximumDepth)
        }
        guard count <= self.limits.maximumMembers else {
            throw .tooManyMembers(maximumMembers: self.limits.maximumMembers)
        }
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
