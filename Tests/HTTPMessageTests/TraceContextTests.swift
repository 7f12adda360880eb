import HTTPMessage
import Testing

/// W3C Trace Context, as far as a proxy that decides takes part in a trace.
@Suite struct TraceContextTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let parent = "b7ad6b7169203331"
    /// The last digits of the fixture's decision.
    private static let span = "0000000000000002"

    private static func forwarded(_ fields: String...) throws -> [String] {
        let lines = ["Host: app.example", "traceparent: " + fields[0]] + fields.dropFirst()
        let text = "GET / HTTP/1.1\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
        let head = try #require(try parse(text))
        return head.forwarded().split(separator: "\r\n").map(String.init)
            .filter { $0.lowercased().hasPrefix("trace") }
    }

    @Test(
        "a trace is continued, with the decision as the parent of what follows",
        arguments: [
            ("00-\(trace)-\(parent)-01", "01"), ("00-\(trace)-\(parent)-00", "00"),
            // Flags that have no meaning yet are not passed on; `random` has one.
            ("00-\(trace)-\(parent)-ff", "03"), ("00-\(trace)-\(parent)-02", "02"),
            // Later versions are read as far as this one goes.
            ("01-\(trace)-\(parent)-01", "01"), ("cc-\(trace)-\(parent)-01-more", "01"),
            ("fe-\(trace)-\(parent)-09-", "01"), ("  00-\(trace)-\(parent)-01 ", "01"),
        ]
    )
    func continued(value: String, flags: String) throws {
        let lines = try Self.forwarded(value, "tracestate: a=1,b=2", "tracestate: c=3")
        #expect(
            lines == [
                "tracestate: a=1,b=2", "tracestate: c=3",
                "traceparent: 00-\(Self.trace)-\(Self.span)-\(flags)",
            ]
        )
    }

    @Test("the identity of the trace is known to whoever judges")
    func identity() throws {
        let head = try #require(
            try parse(get("/", "TraceParent: 00-\(Self.trace)-\(Self.parent)-01"))
        )
        #expect(head.trace.map { head.text($0.traceID) } == Self.trace)
        #expect(try #require(try parse(get("/"))).trace == nil)
    }

    @Test(
        "what is malformed begins no trace, and its state is discarded",
        arguments: [
            "", "00", "00-", "-", "garbage", String(repeating: "-", count: 55),
            "ff-\(trace)-\(parent)-01", "0-\(trace)-\(parent)-01", "0g-\(trace)-\(parent)-01",
            "00-\(trace)-\(parent)-01-", "00-\(trace)-\(parent)-01x", "00-\(trace)-\(parent)-1",
            "01-\(trace)-\(parent)-01x", "00-\(trace)-\(parent)", "00-\(trace)-\(parent)-0G",
            "00-\(trace.uppercased())-\(parent)-01", "00-\(trace)-\(parent.uppercased())-01",
            "00-\(String(repeating: "0", count: 32))-\(parent)-01",
            "00-\(trace)-\(String(repeating: "0", count: 16))-01",
            "00_\(trace)-\(parent)-01", "00-\(trace)_\(parent)-01", "00-\(trace)-\(parent)_01",
            "00-\(trace.dropLast())z-\(parent)-01", "00-\(trace)0-\(parent)-01",
            "\u{FFFD}\u{FFFD}-\(trace)-\(parent)-01", "00-\(trace)-\(parent)-01, ",
            "00-\(trace)-\(parent)-01,00-\(trace)-\(parent)-01",
        ]
    )
    func malformed(value: String) throws {
        #expect(try Self.forwarded(value, "tracestate: a=1") == [])
    }

    @Test("two are none, and one that `Connection` names is not for the upstream")
    func notOne() throws {
        let value = "00-\(Self.trace)-\(Self.parent)-01"
        #expect(try Self.forwarded(value, "traceparent: \(value)", "tracestate: a=1") == [])
        #expect(try Self.forwarded(value, "Connection: traceparent", "tracestate: a=1") == [])
        #expect(
            try Self.forwarded(value, "Connection: tracestate", "tracestate: a=1")
                == ["traceparent: 00-\(Self.trace)-\(Self.span)-01"]
        )
    }

    @Test("a state without a parent is discarded")
    func stateAlone() throws {
        let head = try #require(try parse(get("/", "tracestate: a=1")))
        #expect(!head.forwarded().contains("tracestate"))
    }
}
