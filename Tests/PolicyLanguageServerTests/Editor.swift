import JSON
import PolicyDSL
import Testing

@testable import PolicyLanguageServer

/// An editor that speaks to a server in the same process.
struct Editor {
    private(set) var server: LanguageServer
    private var received: [JSONValue] = []
    private var lastRequest: Int64 = 0
    private var reader = MessageReader()

    static let now = Instant(microseconds: 1_790_000_000_000_000)
    static let uri = "file:///work/set/main.policy"

    /// An editor whose folder `/work/set` holds `files`, by their names.
    init(files: [String: String] = [:], encodings: [String] = []) {
        let surroundings = Surroundings(
            policies: { folder in
                guard folder == "/work/set" else { return [] }
                return files.sorted { $0.key < $1.key }.map { name, text in
                    ("/work/set/\(name)", Array(text.utf8))
                }
            },
            now: { Self.now }
        )
        self.server = LanguageServer(surroundings)
        self.initialize(encodings)
    }

    private mutating func initialize(_ encodings: [String]) {
        let offered = JSONValue.array(encodings.map(JSONValue.string))
        _ = self.ask("initialize", ["capabilities": ["general": ["positionEncodings": offered]]])
        self.tell("initialized", [:])
    }

    mutating func tell(_ method: String, _ params: JSONValue) {
        self.send(["jsonrpc": "2.0", "method": .string(method), "params": params])
    }

    /// The whole answer to a request.
    mutating func ask(_ method: String, _ params: JSONValue) -> JSONValue {
        self.lastRequest += 1
        let id = JSONValue.integer(self.lastRequest)
        self.send(["jsonrpc": "2.0", "id": id, "method": .string(method), "params": params])
        return self.received.last { $0["id"] == id } ?? .null
    }

    mutating func send(_ message: JSONValue) {
        let body = message.serialized()
        self.send(raw: "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    mutating func send(raw text: String) {
        self.take(self.server.receive(Array(text.utf8)))
    }

    mutating func settle() {
        self.take(self.server.settle())
    }

    private mutating func take(_ bytes: [UInt8]) {
        self.reader.append(bytes)
        while case .message(let message)? = self.reader.next() {
            self.received.append((try? JSONValue(parsing: message)) ?? .null)
        }
    }

    var last: JSONValue { self.received.last ?? .null }

    var status: Int32? { self.server.exitStatus }
}

extension Editor {
    mutating func open(_ text: String, at uri: String = Self.uri) {
        self.tell(
            "textDocument/didOpen",
            [
                "textDocument": [
                    "uri": .string(uri), "languageId": "gatekeeper-policy", "version": 1,
                    "text": .string(text),
                ]
            ]
        )
    }

    /// Opens a text with a `|` where the cursor stands, and asks about that place.
    mutating func ask(
        _ method: String,
        at marked: String,
        _ more: JSONObject = [:],
        uri: String = Self.uri
    ) -> JSONValue {
        let parts = marked.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        self.open(parts.joined(), at: uri)
        let before = parts[0].split(separator: "\n", omittingEmptySubsequences: false)
        var params: JSONObject = [
            "textDocument": ["uri": .string(uri)],
            "position": [
                "line": .integer(Int64(before.count - 1)),
                "character": .integer(Int64(before.last?.utf16.count ?? 0)),
            ],
        ]
        for member in more { params[member.name] = member.value }
        return self.ask(method, .object(params))
    }

    /// The diagnostics that were published last for a document.
    func diagnostics(of uri: String = Self.uri) -> [JSONValue]? {
        let published = self.received.last { message in
            message["method"]?.stringValue == "textDocument/publishDiagnostics"
                && message["params"]?["uri"]?.stringValue == uri
        }
        return published?["params"]?["diagnostics"]?.arrayValue
    }

    func codes(of uri: String = Self.uri) -> [String]? {
        self.diagnostics(of: uri)?.compactMap { $0["code"]?.stringValue }
    }
}
