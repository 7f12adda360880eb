internal import JSON

/// One message of JSON-RPC 2.0, as far as a server cares.
enum RPCMessage {
    case request(id: JSONValue, method: String, params: JSONValue)
    case notification(method: String, params: JSONValue)
    /// The client's answer to a request of ours; we make none.
    case response

    /// Reads one message.
    init(_ bytes: [UInt8]) throws(RPCError) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: bytes, limits: Self.limits)
        } catch {
            throw RPCError(.parseError, "\(error)")
        }
        guard let object = json.objectValue, object["jsonrpc"]?.stringValue == "2.0" else {
            throw RPCError(.invalidRequest, "expected one JSON-RPC 2.0 message")
        }
        let params = object["params"] ?? .null
        switch (object["method"], object["id"]) {
        case (.string(let method)?, nil): self = .notification(method: method, params: params)
        case (.string(let method)?, let id?):
            guard id.stringValue != nil || id.integerValue != nil else {
                throw RPCError(.invalidRequest, "`id` must be a string or a whole number")
            }
            self = .request(id: id, method: method, params: params)
        case (nil, _?): self = .response
        case (nil, nil), (_?, _): throw RPCError(.invalidRequest, "message without a `method`")
        }
    }

    private static let limits = JSONLimits(
        maximumBytes: MessageReader.longestMessage,
        maximumDepth: 64
    )
}

/// Why a request is not answered with a result.
struct RPCError: Error, Equatable {
    enum Code: Int64 {
        case parseError = -32700
        case invalidRequest = -32600
        case methodNotFound = -32601
        case invalidParams = -32602
        case serverNotInitialized = -32002
        /// The request is well formed and cannot be done.
        case requestFailed = -32803
    }

    let code: Code
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    var json: JSONValue {
        ["code": .integer(self.code.rawValue), "message": .string(self.message)]
    }
}

/// Messages to the client, framed.
enum RPCOutput {
    static func result(_ result: JSONValue, to id: JSONValue) -> [UInt8] {
        Self.framed(["jsonrpc": "2.0", "id": id, "result": result])
    }

    static func error(_ error: RPCError, to id: JSONValue) -> [UInt8] {
        Self.framed(["jsonrpc": "2.0", "id": id, "error": error.json])
    }

    static func notification(_ method: String, _ params: JSONValue) -> [UInt8] {
        Self.framed(["jsonrpc": "2.0", "method": .string(method), "params": params])
    }

    private static func framed(_ message: JSONValue) -> [UInt8] {
        let body = Array(message.serialized().utf8)
        return Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
    }
}

/// The parameters of a request, read with errors that name what is missing.
struct RPCParams {
    let value: JSONValue

    func string(_ path: String...) throws(RPCError) -> String {
        guard let string = self.find(path)?.stringValue else {
            throw RPCError(.invalidParams, "expected a string `\(path.joined(separator: "."))`")
        }
        return string
    }

    func position(_ path: String...) throws(RPCError) -> TextPosition {
        guard let position = TextPosition(self.find(path)) else {
            throw RPCError(.invalidParams, "expected a position `\(path.joined(separator: "."))`")
        }
        return position
    }

    func range(_ path: String...) throws(RPCError) -> TextRange {
        guard let range = TextRange(self.find(path)) else {
            throw RPCError(.invalidParams, "expected a range `\(path.joined(separator: "."))`")
        }
        return range
    }

    func find(_ path: [String]) -> JSONValue? {
        path.reduce(self.value as JSONValue?) { $0?[$1] }
    }

    func find(_ path: String...) -> JSONValue? { self.find(path) }
}
