/// The members of a JSON object, in the order of the text; no name occurs twice.
package struct JSONObject: Sendable {
    /// One name and its value.
    package struct Member: Equatable, Sendable {
        package let name: String
        package var value: JSONValue

        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    private var members: [Member] = []
    // INVARIANT: empty, or the position of every member by name.
    private var positions: [ExactName: Int] = [:]

    package init() {}

    /// The members in this order; where a name is repeated, its last value counts.
    package init(_ members: some Sequence<Member>) {
        for member in members {
            self[member.name] = member.value
        }
    }

    /// Adopts members that are known to have distinct names.
    init(uncheckedMembers members: [Member]) {
        self.members = members
        if members.count > Self.indexedFrom {
            self.indexMembers()
        }
    }

    /// The value of a member; assigning nil removes it, a new name is appended.
    package subscript(name: String) -> JSONValue? {
        get {
            guard let position = self.position(of: name) else { return nil }
            return self.members[position].value
        }
        set {
            self.set(name, to: newValue)
        }
    }

    package var names: [String] {
        self.members.map { $0.name }
    }
}

extension JSONObject {
    // Below this many members a scan is faster than hashing the name.
    private static let indexedFrom = 16

    private mutating func set(_ name: String, to value: JSONValue?) {
        switch (self.position(of: name), value) {
        case (.some(let position), .some(let value)):
            self.members[position].value = value
        case (.some(let position), .none):
            self.members.remove(at: position)
            self.indexMembers()
        case (.none, .some(let value)):
            self.members.append(Member(name: name, value: value))
            if self.positions.isEmpty {
                self.indexMembers()
            } else {
                self.positions[ExactName(name)] = self.members.count - 1
            }
        case (.none, .none):
            return
        }
    }

    private func position(of name: String) -> Int? {
        guard self.positions.isEmpty else { return self.positions[ExactName(name)] }
        return self.members.firstIndex { $0.name.isIdentical(to: name) }
    }

    private mutating func indexMembers() {
        self.positions.removeAll()
        guard self.members.count > Self.indexedFrom else { return }
        for (position, member) in self.members.enumerated() {
            self.positions[ExactName(member.name)] = position
        }
    }
}

extension JSONObject: RandomAccessCollection {
    package var startIndex: Int {
        self.members.startIndex
    }

    package var endIndex: Int {
        self.members.endIndex
    }

    package subscript(position: Int) -> Member {
        self.members[position]
    }
}

extension JSONObject: Equatable {
    /// Whether both hold the same members, in whatever order.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.allSatisfy { right[$0.name] == $0.value }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        for (name, value) in elements {
            self[name] = value
        }
    }
}

/// A name compared byte by byte.
private struct ExactName: Hashable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (left: ExactName, right: ExactName) -> Bool {
        left.text.isIdentical(to: right.text)
    }

    func hash(into hasher: inout Hasher) {
        for byte in self.text.utf8 {
            hasher.combine(byte)
        }
    }
}
