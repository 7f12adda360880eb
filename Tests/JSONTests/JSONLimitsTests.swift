import JSON
import Testing

@Suite struct JSONLimitsTests {
    private static let limits = JSONLimits(maximumBytes: 40, maximumDepth: 3, maximumMembers: 4)

    @Test(arguments: ["[[[1]]]", #"{"a":{"b":[]}}"#, "[1,2,3,4]", "[[1,2,3],[4,5,6],[7,8,9]]"])
    func within(_ text: String) throws {
        #expect(try JSONValue(parsing: text, limits: Self.limits).serialized() == text)
    }

    @Test(arguments: ["[[[[1]]]]", #"{"a":{"b":{"c":{}}}}"#, #"[1,{"a":[[]]}]"#])
    func tooDeep(_ text: String) {
        #expect(throws: JSONError.tooDeep(maximumDepth: 3)) {
            try JSONValue(parsing: text, limits: Self.limits)
        }
    }

    @Test(arguments: ["[1,2,3,4,5]", #"{"a":1,"b":2,"c":3,"d":4,"e":5}"#, "[[1,2,3,4,5]]"])
    func tooManyMembers(_ text: String) {
        #expect(throws: JSONError.tooManyMembers(maximumMembers: 4)) {
            try JSONValue(parsing: text, limits: Self.limits)
        }
    }

    @Test func tooLarge() {
        #expect(throws: JSONError.tooLarge(maximumBytes: 40)) {
            try JSONValue(parsing: String(repeating: " ", count: 41), limits: Self.limits)
        }
    }

    @Test("nesting deeper than the parser's own limit is refused, not run into")
    func veryDeep() {
        let text = String(repeating: "[", count: 500_000)
        #expect(throws: JSONError.tooDeep(maximumDepth: 32)) {
            try JSONValue(parsing: text)
        }
    }

    @Test("every error describes itself without quoting the text")
    func descriptions() {
        let errors: [JSONError] = [
            .tooLarge(maximumBytes: 1), .tooDeep(maximumDepth: 2),
            .tooManyMembers(maximumMembers: 3),
        ]
        #expect(Set(errors.map { $0.description }).count == 3)
        #expect(Set(JSONProblem.allCases.map { $0.description }).count == 7)
    }
}
