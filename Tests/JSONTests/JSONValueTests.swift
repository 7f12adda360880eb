import JSON
import Testing

@Suite struct JSONValueTests {
    @Test func keepsOrder() throws {
        let value = try JSONValue(parsing: #"{"b":1,"a":[true,null,1.5,"x"]}"#)
        #expect(value.serialized() == #"{"b":1,"a":[true,null,1.5,"x"]}"#)
    }
}
