import JSON
import Testing

@Suite struct JSONDocumentTests {
    private static let text = #"{"a":[1,2.5,"x",true,null],"b":{"c":"d"},"":"empty"}"#

    private static func document() throws -> JSONDocument {
        try JSONDocument(parsing: Array(self.text.utf8))
    }

    @Test func members() throws {
        let root = try Self.document().root
        #expect(root.isObject && !root.isArray && !root.isString)
        #expect(root.count == 3)
        #expect(root.member("b")?.member("c")?.string == "d")
        #expect(root.member("")?.string == "empty")
        #expect(root.member("c") == nil)
        #expect(root.member("a")?.member("a") == nil)
    }

    @Test func elements() throws {
        let list = try #require(try Self.document().root.member("a"))
        #expect(list.isArray)
        try #require(list.elements.count == 5 && list.count == 5)
        #expect(list.elements[0].integer == 1)
        #expect(list.elements[1].real == 2.5)
        #expect(list.elements[2].isString(equalTo: "x") == true)
        #expect(list.elements[2].isString(equalTo: "xy") == false)
        #expect(list.elements[3].bool == true)
        #expect(list.elements[4].value == .null)
    }

    @Test("a value is asked for what it is")
    func kinds() throws {
        let list = try #require(try Self.document().root.member("a"))
        var integers: [Int64?] = []
        list.forEachElement { integers.append($0.integer) }
        #expect(integers == [1, nil, nil, nil, nil])
        #expect(list.elements[0].string == nil)
        #expect(list.elements[0].bool == nil)
        #expect(list.elements[0].count == 0)
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
