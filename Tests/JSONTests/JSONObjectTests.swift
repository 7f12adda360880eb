import JSON
import Testing

/// The same rules hold for few members and for many, which are found in another way.
@Suite struct JSONObjectTests {
    private static func object(_ count: Int) -> JSONObject {
        JSONObject(
            (0..<count).map { JSONObject.Member(name: "n\($0)", value: .integer(Int64($0))) }
        )
    }

    @Test(arguments: [0, 1, 16, 17, 100])
    func findsEveryMember(_ count: Int) {
        let object = Self.object(count)
        #expect(object.count == count)
        for number in 0..<count {
            #expect(object["n\(number)"] == .integer(Int64(number)))
        }
        #expect(object["n\(count)"] == nil)
    }

    @Test("assigning replaces in place, appends, or removes", arguments: [3, 16, 17, 40])
    func assigns(_ count: Int) {
        var object = Self.object(count)
        object["n1"] = "changed"
        object["new"] = true
        object["n0"] = nil
        object["absent"] = nil
        #expect(object.names == (1..<count).map { "n\($0)" } + ["new"])
        #expect(object["n1"] == "changed")
        #expect(object["new"] == true)
        #expect(object["n0"] == nil)
        #expect(object["n\(count - 1)"] == .integer(Int64(count - 1)))
    }

    @Test("a repeated name keeps its first place and its last value")
    func repeated() {
        let object = JSONObject([
            JSONObject.Member(name: "a", value: 1), JSONObject.Member(name: "b", value: 2),
            JSONObject.Member(name: "a", value: 3),
        ])
        #expect(object.map { $0.name } == ["a", "b"])
        #expect(object["a"] == 3)
    }

    @Test("order does not matter for equality")
    func equality() {
        let object: JSONObject = ["a": 1, "b": 2]
        #expect(object == ["b": 2, "a": 1])
        #expect(object != ["a": 1])
        #expect(object != ["a": 1, "b": 3])
        #expect(object != ["a": 1, "c": 2])
    }

    @Test("a parsed object of many members finds them", arguments: [5, 500])
    func parsed(_ count: Int) throws {
        let text = JSONValue.object(Self.object(count)).serialized()
        let object = try #require(JSONValue(parsing: text).objectValue)
        #expect(object == Self.object(count))
        #expect(object["n\(count - 1)"] == .integer(Int64(count - 1)))
    }
}
