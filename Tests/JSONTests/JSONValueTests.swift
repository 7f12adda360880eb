import JSON
import Testing

@Suite struct JSONValueTests {
    @Test("what is written can be read back, in the same order")
    func roundTrip() throws {
        let value: JSONValue = [
            "z": [1, 2.5, -3, true, false, .null], "a": ["b": [:], "c": []],
            "text": "quote \" backslash \\ line \n tab \t bell \u{7} e\u{301} \u{1F600} /",
        ]
        #expect(try JSONValue(parsing: value.serialized()) == value)
        #expect(try JSONValue(parsing: value.serialized(pretty: true)) == value)
        #expect(value.objectValue?.names == ["z", "a", "text"])
    }

    @Test("only what must be escaped is escaped, as shortly as possible")
    func escapes() {
        let text = JSONValue.string("\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F}\u{E9}").serialized()
        #expect(text == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u{7F}\u{E9}\"")
    }

    @Test func compact() {
        let value: JSONValue = ["a": [1, ["b": .null]], "c": 0.1]
        #expect(value.serialized() == #"{"a":[1,{"b":null}],"c":0.1}"#)
    }

    @Test func pretty() {
        let value: JSONValue = ["a": [1, 2], "b": [:], "c": []]
        let lines = [
            "{", #"  "a": ["#, "    1,", "    2", "  ],", #"  "b": {},"#, #"  "c": []"#, "}",
        ]
        #expect(value.serialized(pretty: true) == lines.joined(separator: "\n"))
    }

    @Test("reals keep being reals", arguments: [0.0, 1, 100, 1e300, 2.5e-300, -2.5])
    func reals(_ number: Double) throws {
        #expect(try JSONValue(parsing: JSONValue.real(number).serialized()) == .real(number))
    }

    @Test("what JSON cannot express is null", arguments: [Double.infinity, -.infinity, .nan])
    func notFinite(_ number: Double) {
        #expect(JSONValue.real(number).serialized() == "null")
    }

    @Test("an accessor answers for its own kind only")
    func accessors() {
        let values: [JSONValue] = [.null, true, 1, 1.5, "x", [1], ["a": 1]]
        #expect(values.map { $0.isNull } == [true, false, false, false, false, false, false])
        #expect(values.map { $0.boolValue } == [nil, true, nil, nil, nil, nil, nil])
        #expect(values.map { $0.integerValue } == [nil, nil, 1, nil, nil, nil, nil])
        #expect(values.map { $0.doubleValue } == [nil, nil, 1, 1.5, nil, nil, nil])
        #expect(values.map { $0.stringValue } == [nil, nil, nil, nil, "x", nil, nil])
        #expect(values.map { $0.arrayValue } == [nil, nil, nil, nil, nil, [1], nil])
        #expect(values.map { $0.objectValue } == [nil, nil, nil, nil, nil, nil, ["a": 1]])
        #expect(values.map { $0["a"] } == [nil, nil, nil, nil, nil, nil, 1])
    }

    @Test("equal values are equal, values of two kinds never are")
    func equality() {
        let values: [JSONValue] = [.null, true, false, 1, 1.0, "1", [1], ["1": 1]]
        for (one, left) in values.enumerated() {
            for (other, right) in values.enumerated() {
                #expect((left == right) == (one == other))
            }
        }
    }
}
