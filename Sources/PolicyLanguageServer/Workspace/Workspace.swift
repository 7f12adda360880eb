internal import PolicyDSL

/// The documents that are open, and the sets they belong to.
struct Workspace {
    let surroundings: Surroundings
    var encoding = PositionEncoding.utf16
    private(set) var open: [DocumentAddress: TextDocument] = [:]
    private var sets: [DocumentAddress: DocumentSet] = [:]
    private var diagnostics: [DocumentAddress: SetDiagnostics] = [:]

    init(_ surroundings: Surroundings) {
        self.surroundings = surroundings
    }

    mutating func put(_ text: String, at address: DocumentAddress) {
        self.open[address] = TextDocument(Array(text.utf8), encoding: self.encoding)
        self.forgetSets()
    }

    /// Changes a part of an open document; whether it is open.
    mutating func change(
        _ range: TextRange,
        to text: String,
        at address: DocumentAddress
    ) -> Bool {
        guard self.open[address] != nil else { return false }
        self.open[address]?.replace(range, with: text)
        self.forgetSets()
        return true
    }

    mutating func close(_ address: DocumentAddress) {
        self.open[address] = nil
        self.forgetSets()
    }

    /// Forgets what was read; files on disk, or the text of documents, have changed.
    mutating func forgetSets() {
        self.sets = [:]
        self.diagnostics = [:]
    }

    /// What is wrong with the set of a document, looked for once per state of it.
    mutating func diagnostics(of address: DocumentAddress) -> SetDiagnostics {
        if let known = self.diagnostics[address] { return known }
        let set = self.set(of: address)
        let diagnostics = SetDiagnostics(set, now: self.surroundings.now())
        for member in set.addresses { self.diagnostics[member] = diagnostics }
        return diagnostics
    }

    /// The set that a document belongs to.
    mutating func set(of address: DocumentAddress) -> DocumentSet {
        if let known = self.sets[address] { return known }
        let set = self.makeSet(of: address)
        for member in set.addresses { self.sets[member] = set }
        self.sets[address] = set
        return set
    }
}

extension Workspace {
    // A folder is one set, as for the commands, unless that cannot be: where two of its files name
    // pages, each file is a set of its own, together with its tests.
    private func makeSet(of address: DocumentAddress) -> DocumentSet {
        let folder = self.files(beside: address)
        let whole = DocumentSet(folder)
        guard whole.filesWithPages > 1 else { return whole }
        let base = Self.base(of: address)
        return DocumentSet(folder.filter { Self.base(of: $0.address) == base })
    }

    private func files(
        beside address: DocumentAddress
    ) -> [(address: DocumentAddress, text: TextDocument)] {
        var files: [DocumentAddress: TextDocument] = [:]
        if let folder = address.folder {
            for (path, bytes) in self.surroundings.policies(folder) {
                files[DocumentAddress(path: path)] = TextDocument(bytes, encoding: self.encoding)
            }
        }
        let isBeside = { (other: DocumentAddress) in
            other.folder != nil && other.folder == address.folder
                && other.name.hasSuffix(Self.suffix)
        }
        for (other, text) in self.open where other == address || isBeside(other) {
            // A key keeps its first spelling; editors expect their own.
            files[other] = nil
            files[other] = text
        }
        return files.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static let suffix = ".policy"
    private static let testSuffix = ".test.policy"

    private static func base(of address: DocumentAddress) -> String {
        let name = address.name
        if name.hasSuffix(Self.testSuffix) { return String(name.dropLast(Self.testSuffix.count)) }
        return name.hasSuffix(Self.suffix) ? String(name.dropLast(Self.suffix.count)) : name
    }
}
