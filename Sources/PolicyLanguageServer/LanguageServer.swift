internal import JSON

/// The Language Server Protocol for policies: bytes of a client in, bytes for it out.
///
/// It has no input or output of its own. Whoever owns the connection hands it what arrives, and
/// calls `settle` once nothing more is waiting: only then are diagnostics worth their time.
package struct LanguageServer {
    enum Phase {
        case uninitialized
        case running
        case shutDown
    }

    private var reader = MessageReader()
    private var phase = Phase.uninitialized
    private var outbox: [UInt8] = []
    var workspace: Workspace
    /// Documents whose diagnostics are out of date.
    var unsettled: Set<DocumentAddress> = []
    /// Documents that the client has been told diagnostics of.
    var reported: Set<DocumentAddress> = []
    /// What the tests that were run last have said, until the text changes.
    var failures: [DocumentAddress: [JSONValue]] = [:]
    /// The status to end with, once the connection is over.
    package private(set) var exitStatus: Int32?

    package init(_ surroundings: Surroundings) {
        self.workspace = Workspace(surroundings)
    }

    /// Takes bytes of the client; the answer may be empty.
    package mutating func receive(_ bytes: [UInt8]) -> [UInt8] {
        self.reader.append(bytes)
        while self.exitStatus == nil, let event = self.reader.next() {
            switch event {
            case .message(let message): self.take(message)
            case .refused(let reason): self.fail(RPCError(.invalidRequest, reason))
            case .lost(let reason):
                self.fail(RPCError(.parseError, reason))
                self.exitStatus = 1
            }
        }
        return self.flush()
    }

    /// Publishes the diagnostics that are out of date.
    package mutating func settle() -> [UInt8] {
        if self.phase == .running { self.publishDiagnostics() }
        return self.flush()
    }

    /// The client is gone without a farewell.
    package mutating func disconnect() {
        if self.exitStatus == nil { self.exitStatus = self.phase == .shutDown ? 0 : 1 }
    }

    private mutating func flush() -> [UInt8] {
        defer { self.outbox = [] }
        return self.outbox
    }

    mutating func notify(_ method: String, _ params: JSONValue) {
        self.outbox += RPCOutput.notification(method, params)
    }

    private mutating func fail(_ error: RPCError) {
        self.outbox += RPCOutput.error(error, to: .null)
    }
}

extension LanguageServer {
    private mutating func take(_ bytes: [UInt8]) {
        do throws(RPCError) {
            switch try RPCMessage(bytes) {
            case .request(let id, let method, let params): self.answer(id, method, params)
            case .notification(let method, let params): self.note(method, RPCParams(value: params))
            case .response: break
            }
        } catch {
            self.fail(error)
        }
    }

    private mutating func answer(_ id: JSONValue, _ method: String, _ params: JSONValue) {
        do throws(RPCError) {
            let result = try self.result(of: method, RPCParams(value: params))
            self.outbox += RPCOutput.result(result, to: id)
        } catch {
            self.outbox += RPCOutput.error(error, to: id)
        }
    }

    private mutating func result(
        of method: String,
        _ params: RPCParams
    ) throws(RPCError) -> JSONValue {
        switch (self.phase, method) {
        case (.uninitialized, "initialize"):
            self.phase = .running
            return self.initialize(params)
        case (.uninitialized, _):
            throw RPCError(.serverNotInitialized, "`\(method)` before `initialize`")
        case (.running, "initialize"):
            throw RPCError(.invalidRequest, "`initialize` a second time")
        case (.running, "shutdown"):
            self.phase = .shutDown
            return .null
        case (.running, _):
            guard let feature = Feature(rawValue: method) else {
                throw RPCError(.methodNotFound, "`\(method)` is not known")
            }
            return try self.result(of: feature, params)
        case (.shutDown, _): throw RPCError(.invalidRequest, "`\(method)` after `shutdown`")
        }
    }

    private mutating func note(_ method: String, _ params: RPCParams) {
        if method == "exit" {
            self.exitStatus = self.phase == .shutDown ? 0 : 1
            return
        }
        guard self.phase == .running else { return }
        do throws(RPCError) {
            try self.update(method, params)
        } catch {
            // A notification has no answer; the client's log is where its author looks.
            self.notify(
                "window/logMessage",
                ["type": 1, "message": .string("\(method): \(error.message)")]
            )
        }
    }

    private mutating func initialize(_ params: RPCParams) -> JSONValue {
        let offered = params.find("capabilities", "general", "positionEncodings")?.arrayValue ?? []
        let takesBytes = offered.contains { $0.stringValue == PositionEncoding.utf8.rawValue }
        self.workspace.encoding = takesBytes ? .utf8 : .utf16
        return [
            "capabilities": Feature.capabilities(self.workspace.encoding),
            "serverInfo": ["name": "gatekeeper"],
        ]
    }
}

// Documents as they are typed.
extension LanguageServer {
    private mutating func update(_ method: String, _ params: RPCParams) throws(RPCError) {
        switch method {
        case "textDocument/didOpen":
            let address = DocumentAddress(uri: try params.string("textDocument", "uri"))
            self.workspace.put(try params.string("textDocument", "text"), at: address)
            self.touch(address)
        case "textDocument/didChange":
            let address = DocumentAddress(uri: try params.string("textDocument", "uri"))
            for change in params.find("contentChanges")?.arrayValue ?? [] {
                try self.apply(RPCParams(value: change), to: address)
            }
            self.touch(address)
        case "textDocument/didClose":
            let address = DocumentAddress(uri: try params.string("textDocument", "uri"))
            self.workspace.close(address)
            self.touch(address)
        case "textDocument/didSave", "workspace/didChangeWatchedFiles":
            self.workspace.forgetSets()
            self.unsettled.formUnion(self.workspace.open.keys)
        default: break
        }
    }

    private mutating func apply(
        _ change: RPCParams,
        to address: DocumentAddress
    ) throws(RPCError) {
        let text = try change.string("text")
        guard change.find("range") != nil else {
            self.workspace.put(text, at: address)
            return
        }
        guard self.workspace.change(try change.range("range"), to: text, at: address) else {
            throw RPCError(.invalidParams, "`\(address.uri)` is not open")
        }
    }

    private mutating func touch(_ address: DocumentAddress) {
        self.failures = [:]
        self.unsettled.insert(address)
    }
}
