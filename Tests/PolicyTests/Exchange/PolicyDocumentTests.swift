import JSON
import PolicyDSL
import Testing

@testable import PolicyExchange

@Suite struct PolicyDocumentTests {
    private func document(_ text: String) throws -> PolicyDocument {
        try PolicyDocument(try JSONValue(parsing: text, limits: .documents))
    }

    @Test("random trees survive writing and reading JSON", arguments: 0..<200)
    func randomTrees(seed: Int) throws {
        var random = RandomTree(seed: UInt64(seed))
        let document = PolicyDocument(random.tree())
        let text = document.json.serialized()
        let again = try self.document(text)
        #expect(again == document, "\(text)")
        #expect(again.json.serialized() == text)
        let printed = ParsedSource(PolicySource(name: "random.policy", text: again.text))
        #expect(printed.tree == document.tree, "\(again.text)")
    }

    @Test("the files of a set become one document", arguments: ["policies/worked"])
    func files(folder: String) throws {
        let sources = try RepositoryFile.policies(in: folder)
        let parsed = sources.enumerated().map { ParsedSource($1, index: $0) }
        let document = PolicyDocument(parsed)
        let again = try self.document(document.json.serialized(pretty: true))
        let reading = PolicyReading([PolicySource(name: "again.policy", text: again.text)])
        #expect(reading.diagnostics == [])
        #expect(reading.policySet?.revision == PolicyReading(sources).policySet?.revision)
        #expect(reading.tests.count == PolicyReading(sources).tests.count)
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let json: String
        let place: String
        let message: String

        init(_ json: String, _ place: String, _ message: String) {
            self.json = json
            self.place = place
            self.message = message
        }

        static func item(_ json: String, _ place: String, _ message: String) -> Row {
            let place = place.isEmpty ? "items[0]" : "items[0].\(place)"
            return Row(#"{"gatekeeper":1,"items":[\#(json)]}"#, place, message)
        }

        static func clause(_ json: String, _ place: String, _ message: String) -> Row {
            .item(
                #"{"item":"policy","name":"p","clauses":[\#(json)]}"#,
                place.isEmpty ? "clauses[0]" : "clauses[0].\(place)",
                message
            )
        }

        var testDescription: String { self.json }
    }

    static let unsayable = "the language cannot say this: what was written would be read otherwise"

    @Test(
        "what is no document is refused at its place",
        arguments: [
            Row("[]", "the document", "expected an object"),
            Row(#"{"gatekeeper":2,"items":[]}"#, "gatekeeper", "expected version 1"),
            Row(#"{"items":[]}"#, "gatekeeper", "expected a whole number"),
            Row(#"{"gatekeeper":1}"#, "items", "expected a list"),
            Row(
                #"{"gatekeeper":1,"items":[],"x":1}"#,
                "the document",
                "unknown member `x`, expected: gatekeeper, items"
            ),
            .item(
                #"{"item":"polciy"}"#,
                "item",
                "unknown word `polciy`, expected one of: pages, define, admit, policy, test"
            ),
            .item(#"{"item":"admit","classes":"users"}"#, "classes", "expected a list"),
            .item(
                #"{"item":"admit","classes":["user"]}"#,
                "classes[0]",
                "unknown word `user`, expected one of: anyone, visitors, guests, users, services"
            ),
            .clause(#"{"clause":"deny","x":1}"#, "", "unknown member `x`, expected: clause"),
            .clause(#"{"clause":"because","text":3}"#, "text", "expected a string"),
            .clause(
                #"{"clause":"from","from":"soon"}"#,
                "from",
                "expected a date or an instant with an offset"
            ),
            .clause(
                #"{"clause":"require","demand":{"demand":"aal2","confirmed":1}}"#,
                "demand.confirmed",
                "expected true or false"
            ),
            .clause(
                #"{"clause":"grace","period":{"amount":-1,"unit":"days"},"after":"start"}"#,
                "period.amount",
                "expected a whole number"
            ),
            .clause(
                #"{"clause":"for","subject":{"classes":["users"],"filters":"#
                    + #"[{"filter":"verified","none":true,"at_least":2}]}}"#,
                "subject.filters[0]",
                "`none` and `at_least` exclude each other"
            ),
        ]
    )
    func refusals(_ row: Row) {
        let refusal = #expect(throws: PolicyDocument.Refusal.self) {
            try self.document(row.json)
        }
        #expect(refusal == .init(place: row.place, message: row.message))
    }

    @Test(
        "no text of a document becomes another clause or item",
        arguments: [
            #"{"item":"policy","name":"p { for users deny } policy q","clauses":[]}"#,
            #"{"item":"policy","name":"p","title":"x\" { deny } #","clauses":[]}"#,
            #"{"item":"policy","name":"p","clauses":[{"clause":"because","text":"a\" deny \"b"}]}"#,
            #"{"item":"policy","name":"p","clauses":[{"clause":"because","text":"two\nlines"}]}"#,
            #"{"item":"define","name":"a","kind":"paths","members":["/x, /y"]}"#,
            #"{"item":"define","name":"a","kind":"paths","members":["/x # y"]}"#,
            #"{"item":"define","name":"a","kind":"paths","members":[]}"#,
            #"{"item":"admit","classes":[]}"#,
            #"{"item":"admit","classes":["users"],"to":{}}"#,
            #"{"item":"pages","pages":[{"page":"enroll","target":"builtin with /x"}]}"#,
            #"{"item":"test","title":"t","parts":[{"part":"when","method":"GET","path":"/ then"}]}"#,
        ]
    )
    func smuggling(item: String) {
        let refusal = #expect(throws: PolicyDocument.Refusal.self) {
            try self.document(#"{"gatekeeper":1,"items":[\#(item)]}"#)
        }
        #expect(refusal == .init(place: "items[0]", message: Self.unsayable))
    }
}

extension JSONLimits {
    static let documents = JSONLimits(maximumBytes: 1 << 24, maximumDepth: 128)
}
