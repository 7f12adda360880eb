import JSON
import Testing

@testable import PolicyLanguageServer

@Suite struct ProtocolTests {
    private func message(_ body: String) -> String {
        "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static let initialize = #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#

    struct Row: CustomTestStringConvertible, Sendable {
        let body: String
        let code: Int64
        let id: String

        init(_ body: String, _ code: Int64, id: String = "null") {
            self.body = body
            self.code = code
            self.id = id
        }

        var testDescription: String { self.body }
    }

    @Test(
        "what is no request is answered with the error of the protocol",
        arguments: [
            Row("", -32700), Row("{", -32700), Row("nonsense", -32700),
            Row("{\"a\":1,\"a\":2}", -32700),
            Row("[]", -32600), Row("3", -32600), Row("{}", -32600),
            Row(#"{"jsonrpc":"1.0","id":1,"method":"shutdown"}"#, -32600),
            Row(#"{"jsonrpc":"2.0","id":{},"method":"shutdown"}"#, -32600),
            Row(#"{"jsonrpc":"2.0","id":1,"method":7}"#, -32600),
            Row(#"{"jsonrpc":"2.0","params":{}}"#, -32600),
            Row(#"{"jsonrpc":"2.0","id":"x","method":"initialize"}"#, -32600, id: "\"x\""),
            Row(#"{"jsonrpc":"2.0","id":7,"method":"textDocument/teleport"}"#, -32601, id: "7"),
            Row(#"{"jsonrpc":"2.0","id":7,"method":"$/odd"}"#, -32601, id: "7"),
            Row(#"{"jsonrpc":"2.0","id":7,"method":"textDocument/hover"}"#, -32602, id: "7"),
            Row(
                #"{"jsonrpc":"2.0","id":7,"method":"textDocument/hover","params":"#
                    + #"{"textDocument":{"uri":"file:///x.policy"},"position":{"line":0,"character":0}}}"#,
                -32602,
                id: "7"
            ),
            Row(
                #"{"jsonrpc":"2.0","id":7,"method":"workspace/executeCommand","params":{"command":"rm"}}"#,
                -32602,
                id: "7"
            ),
        ]
    )
    func errors(_ row: Row) {
        var editor = Editor()
        editor.send(raw: self.message(row.body))
        #expect(editor.last["error"]?["code"] == .integer(row.code), "\(editor.last)")
        #expect(editor.last["id"]?.serialized() == row.id)
        #expect(editor.status == nil)
        #expect(editor.ask("shutdown", .null)["result"] == JSONValue.null, "the next one is read")
    }

    @Test("nothing is answered before `initialize` and after `shutdown`")
    func order() {
        var server = LanguageServer(Surroundings(policies: { _ in [] }, now: { Editor.now }))
        let early = server.receive(
            Array(self.message(#"{"jsonrpc":"2.0","id":1,"method":"shutdown"}"#).utf8)
        )
        #expect(String(decoding: early, as: UTF8.self).contains("-32002"))
        var editor = Editor()
        _ = editor.ask("shutdown", .null)
        #expect(editor.ask("textDocument/hover", .null)["error"]?["code"] == -32600)
        editor.tell("exit", .null)
        #expect(editor.status == 0)
    }

    @Test("a client that leaves without `shutdown` ends the server with 1")
    func rudeness() {
        var editor = Editor()
        editor.tell("exit", .null)
        #expect(editor.status == 1)
        var server = LanguageServer(Surroundings(policies: { _ in [] }, now: { Editor.now }))
        server.disconnect()
        #expect(server.exitStatus == 1)
    }

    @Test("messages may come in pieces, several at once, with other headers")
    func pieces() {
        var server = LanguageServer(Surroundings(policies: { _ in [] }, now: { Editor.now }))
        var answers: [UInt8] = []
        let type = "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n"
        let text =
            type + self.message(Self.initialize)
            + self.message(#"{"jsonrpc":"2.0","id":2,"method":"shutdown"}"#)
        for byte in text.utf8 { answers += server.receive([byte]) }
        let printed = String(decoding: answers, as: UTF8.self)
        #expect(printed.contains(#""id":1"#))
        #expect(printed.contains(#""id":2"#))
    }

    @Test("a message that is too long is passed over without being kept")
    func tooLong() {
        var editor = Editor()
        let length = MessageReader.longestMessage + 1
        editor.send(raw: "Content-Length: \(length)\r\n\r\n")
        #expect(editor.last["error"]?["code"] == -32600)
        let piece = String(repeating: "x", count: 1 << 20)
        for _ in 0..<16 { editor.send(raw: piece) }
        editor.send(raw: "x")
        #expect(editor.ask("shutdown", .null)["result"] == JSONValue.null)
    }

    @Test(
        "a connection whose messages cannot be told apart is given up",
        arguments: [
            "Content-Length: 99999999999999999999999\r\n\r\n", "Content-Length: -1\r\n\r\n",
            "Content-Length: x\r\n\r\n", String(repeating: "y", count: 5_000),
        ]
    )
    func lost(text: String) {
        var editor = Editor()
        editor.send(raw: text)
        #expect(editor.last["error"]?["code"] == -32700)
        #expect(editor.status == 1)
    }

    @Test("a header without a length is refused, and the next message is read")
    func noLength() {
        var editor = Editor()
        editor.send(raw: "X-Odd: 1\r\n\r\n")
        #expect(editor.last["error"]?["code"] == -32600)
        #expect(editor.ask("shutdown", .null)["result"] == JSONValue.null)
    }

    @Test("random bytes never trap", arguments: 0..<60)
    func garbage(seed: Int) {
        var state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 &+ 1
        var editor = Editor()
        for _ in 0..<20 {
            var body: [UInt8] = Array(Self.initialize.utf8)
            for _ in 0..<4 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let place = Int(state >> 33) % body.count
                body[place] = UInt8(truncatingIfNeeded: state >> 17) & 0x7F
            }
            editor.send(raw: self.message(String(decoding: body, as: UTF8.self)))
        }
        #expect(editor.status == nil)
    }
}
