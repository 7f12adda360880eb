internal import JSON
internal import PolicyDSL

/// What the server can be asked for.
enum Feature: String, CaseIterable {
    case formatting = "textDocument/formatting"
    case completion = "textDocument/completion"
    case hover = "textDocument/hover"
    case definition = "textDocument/definition"
    case references = "textDocument/references"
    case prepareRename = "textDocument/prepareRename"
    case rename = "textDocument/rename"
    case symbols = "textDocument/documentSymbol"
    case actions = "textDocument/codeAction"
    case lenses = "textDocument/codeLens"
    case execute = "workspace/executeCommand"

    static func capabilities(_ encoding: PositionEncoding) -> JSONValue {
        [
            "positionEncoding": .string(encoding.rawValue),
            "textDocumentSync": ["openClose": true, "change": 2, "save": true],
            "documentFormattingProvider": true,
            "completionProvider": ["triggerCharacters": [" ", ","]],
            "hoverProvider": true,
            "definitionProvider": true,
            "referencesProvider": true,
            "renameProvider": ["prepareProvider": true],
            "documentSymbolProvider": true,
            "codeActionProvider": ["codeActionKinds": ["quickfix"]],
            "codeLensProvider": ["resolveProvider": false],
            "executeCommandProvider": ["commands": [.string(TestLens.command)]],
        ]
    }
}

extension LanguageServer {
    mutating func result(of feature: Feature, _ params: RPCParams) throws(RPCError) -> JSONValue {
        if feature == .execute { return try self.execute(params) }
        let place = try self.document(params)
        switch feature {
        case .formatting: return place.formatting
        case .completion: return place.completion(at: try params.position("position"))
        case .hover: return place.hover(at: try params.position("position"))
        case .definition: return place.definition(at: try params.position("position"))
        case .references:
            let isWhole = params.find("context", "includeDeclaration")?.boolValue ?? true
            return place.references(at: try params.position("position"), withDefinition: isWhole)
        case .prepareRename: return place.prepareRename(at: try params.position("position"))
        case .rename:
            return try place.rename(
                at: try params.position("position"),
                to: try params.string("newName")
            )
        case .symbols: return place.symbols
        case .actions:
            let found = self.workspace.diagnostics(of: place.address)
            return place.actions(in: try params.range("range"), for: found)
        case .lenses: return place.lenses
        case .execute: return .null
        }
    }

    /// The document that a request speaks of, in its set.
    mutating func document(_ params: RPCParams) throws(RPCError) -> DocumentInSet {
        let address = DocumentAddress(uri: try params.string("textDocument", "uri"))
        return try self.document(at: address)
    }

    mutating func document(at address: DocumentAddress) throws(RPCError) -> DocumentInSet {
        let set = self.workspace.set(of: address)
        guard self.workspace.open[address] != nil, let index = set.index(of: address) else {
            throw RPCError(.invalidParams, "`\(address.uri)` is not open")
        }
        return DocumentInSet(set: set, index: index)
    }
}

/// One document, and the set that gives it its meaning.
struct DocumentInSet {
    let set: DocumentSet
    let index: Int

    var address: DocumentAddress { self.set.addresses[self.index] }
    var text: TextDocument { self.set.texts[self.index] }
    var parsed: ParsedSource { self.set.reading.parsed[self.index] }
}
