import Testing

@testable import PolicyDSL

/// Whatever the bytes, reading ends, and says something or gives a set.
@Suite struct SyntaxFuzzTests {
    private func read(_ bytes: [UInt8]) {
        let reading = PolicyReading([PolicySource(name: "fuzz.policy", bytes: bytes)])
        #expect((reading.policySet == nil) == !reading.diagnostics.isEmpty)
        for diagnostic in reading.diagnostics {
            #expect(!diagnostic.text(in: reading.sources).isEmpty)
            #expect(diagnostic.span.start <= diagnostic.span.end)
            #expect(diagnostic.span.end <= bytes.count)
        }
        let parsed = reading.parsed[0]
        _ = SyntaxPrinter.text(of: parsed.tree, comments: parsed.comments, from: parsed.source)
    }

    @Test("random bytes", arguments: 0..<200)
    func bytes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...300, using: &random)
        self.read((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
        self.read((0..<count).map { _ in UInt8.random(in: 0...127, using: &random) })
    }

    @Test("random words of the language", arguments: 0..<200)
    func words(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let marks = [
            "{", "}", "(", ")", ",", "=", "\"", "\"s\"", "#", "\n", "1", "5", "/a/**", "x",
        ]
        let words = Vocabulary.reserved.sorted() + marks + marks + ["2026-01-01", "a.example", "."]
        let count = Int.random(in: 1...80, using: &random)
        let text = (0..<count).map { _ in words[Int.random(in: 0..<words.count, using: &random)] }
        self.read(Array("gatekeeper 1 \(text.joined(separator: " "))".utf8))
    }

    @Test("mutated policies", arguments: 0..<100)
    func mutations(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let file = try RepositoryFile.source("policies/opted-in-only.policy")
        var bytes = file.bytes
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.remove(at: place)
            case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + 20))
            default: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            }
        }
        self.read(bytes)
    }

    @Test(
        "inputs that grow",
        arguments: [
            String(repeating: "{", count: 10_000), String(repeating: "\"", count: 10_001),
            String(repeating: "policy ", count: 4_000), String(repeating: ",", count: 10_000),
            "policy a { for users require " + String(repeating: "totp and ", count: 4_000),
            "admit users to " + String(repeating: "/a,", count: 4_000) + "/b",
            "policy a { for users with claim " + String(repeating: "a.", count: 4_000) + "b \"x\"",
            String(repeating: "x", count: 100_000), "#" + String(repeating: "é", count: 10_000),
        ]
    )
    func growth(text: String) {
        self.read(Array("gatekeeper 1 \(text)".utf8))
    }

    @Test("defines that name one another to great depth end in an error, not in a trap")
    func chain() {
        let chain = (0..<5_000).map { "define d\($0) = paths d\($0 + 1)\n" }.joined()
        let reading = PolicyReading.fixture(chain + "define d5000 = paths /x")
        #expect(reading.codes == [.overLimit])
    }

    @Test("defines that double are refused once they grow too large")
    func doubling() {
        let base = (0..<2_000).map { "/p\($0)" }.joined(separator: ", ")
        var text = "define d0 = paths \(base)\n"
        for number in 1..<31 { text += "define d\(number) = paths d\(number - 1), /q\(number)\n" }
        #expect(PolicyReading.fixture(text).codes == [])
        for number in 0..<200 { text += "define e\(number) = paths d30, /r\(number)\n" }
        #expect(PolicyReading.fixture(text).codes == [.overLimit])
    }
}
