import JSON
import Testing

@Suite struct JSONDocumentTests {
    private static let text = #"{"a":[1,2.5,"x",true,null],"b":{"c":"d"},"":"empty"}"#

    private static func document() throws -> JSONDocument {
        try JSONDocument(parsing: Array(self.text.utf8).span)
    }

    @Test func members() throws {
        let root = try Self.document().root
        #expect(root.isObject && !root.isArray && !root.isString && !root.isNull)
        #expect(root.count == 3)
        #expect(root.member("b")?.member("c")?.string == "d")
        #expect(root.member("")?.string == "empty")
        #expect(root.member("c") == nil)
        #expect(root.member("a")?.member("a") == nil)
    }

    @Test func elements() throws {
        let list = try #require(try Self.document().root.member("a"))
        #expect(list.isArray && list.count == 5)
        #expect(list.element(0)?.integer == 1)
        #expect(list.element(1)?.real == 2.5)
        #expect(list.element(2)?.isString(equalTo: "x") == true)
        #expect(list.element(2)?.isString(equalTo: "xy") == false)
        #expect(list.element(3)?.bool == true)
        #expect(list.element(4)?.isNull == true)
        #expect(list.element(5) == nil)
        #expect(list.element(-1) == nil)
    }

    @Test("a value is asked for what it is")
    func kinds() throws {
        let list = try #require(try Self.document().root.member("a"))
        var integers: [Int64?] = []
        list.forEachElement { integers.append($0.integer) }
        #expect(integers == [1, nil, nil, nil, nil])
        #expect(list.element(0)?.string == nil)
        #expect(list.element(0)?.bool == nil)
        #expect(list.element(0)?.count == 0)
    }

    @Test func membersInOrder() throws {
        var names: [String] = []
        try Self.document().root.forEachMember { name, _ in names.append(name) }
        #expect(names == ["a", "b", ""])
    }

    @Test("a node keeps its document alive")
    func lifetime() throws {
        let node = try #require(try Self.document().root.member("b"))
        #expect(node.value == ["c": "d"])
    }

    @Test("one document is read by many tasks at once")
    func concurrentReaders() async throws {
        let document = try Self.document()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<500).allSatisfy { _ in
                        document.root.member("b")?.member("c")?.string == "d"
                            && document.root.value.serialized() == Self.text
                    }
                }
            }
            for await isWhole in group {
                #expect(isWhole)
            }
        }
    }
}

/// Documents whose trees stay where they were built, whatever is parsed and released meanwhile.
@Suite struct DocumentMemoryTests {
    private static func text(_ members: Int, _ mark: Int) -> [UInt8] {
        let names = (0..<members).map { #""name-\#($0)":["\#(mark)",{"n":\#($0)}]"# }
        return Array("{\(names.joined(separator: ","))}".utf8)
    }

    private static func document(_ members: Int, _ mark: Int) throws -> JSONDocument {
        try self.parse(self.text(members, mark))
    }

    private static func parse(_ text: [UInt8], depth: Int = 32) throws -> JSONDocument {
        let limits = JSONLimits(maximumBytes: 1 << 20, maximumDepth: depth)
        return try JSONDocument(parsing: text.span, limits: limits)
    }

    private static func isIntact(_ document: JSONDocument, _ members: Int, _ mark: Int) -> Bool {
        (0..<members).allSatisfy { number in
            let member = document.root.member("name-\(number)")
            return member?.element(0)?.string == "\(mark)"
                && member?.element(1)?.member("n")?.integer == Int64(number)
        } && document.root.count == members
    }

    // From one that fits into a block through those that need several to one that is too long.
    private static let sizes = [0, 1, 20, 60, 100, 400, 800]

    @Test("documents live side by side, in any order, among texts that are none", arguments: sizes)
    func sideBySide(_ size: Int) throws {
        var kept: [Int: JSONDocument] = [:]
        for mark in 0..<40 {
            kept[mark] = try Self.document(size, mark)
            let broken = Array(Self.text(size, mark).dropLast())
            #expect(throws: JSONError.self) { try Self.parse(broken) }
            let deep = Self.text(size + 1, mark)
            #expect(throws: JSONError.tooDeep(maximumDepth: 1)) { try Self.parse(deep, depth: 1) }
            if mark % 3 == 0 { kept[mark / 2] = nil }
            for (mark, document) in kept { #expect(Self.isIntact(document, size, mark)) }
        }
    }

    @Test("a document may end on another thread than it began")
    func threads() async throws {
        try await withThrowingTaskGroup(of: JSONDocument.self) { group in
            for mark in 0..<200 {
                group.addTask {
                    try Self.document(Self.sizes[mark % Self.sizes.count], mark)
                }
            }
            for try await document in group {
                let first = document.root.member("name-0")?.element(0)?.string
                let mark = first.flatMap { Int($0) } ?? 0
                #expect(Self.isIntact(document, document.root.count, mark))
            }
        }
    }
}
