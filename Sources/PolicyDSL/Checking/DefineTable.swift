/// The defines of a set, and what each of them stands for once those inside it are expanded.
struct DefineTable {
    /// What a name stands for.
    enum Meaning {
        case methods(MethodSet, isSecondFactorSet: Bool)
        case paths([PathPattern])
        case hosts([HostPattern])
    }

    private enum State {
        case unresolved
        case inProgress
        /// Nil where an error inside was reported already.
        case resolved(Meaning?, depth: Int)
    }

    /// What is reported once, though it shows in many places.
    private enum Complaint: Hashable {
        case circle(String)
        case depth
        case size
    }

    private var defines: [String: DefineSyntax] = [:]
    private var states: [String: State] = [:]
    /// Names whose defines could not even be parsed, and unknown names that were reported.
    private var silenced: Set<String> = []
    private var complaints: Set<Complaint> = []
    private var expandedMembers = 0
    private(set) var diagnostics: [Diagnostic] = []

    /// How deep defines may name one another.
    static let deepest = 32
    /// How many members all defines of a set may have once they are expanded.
    static let mostMembers = 200_000
}

// Collecting.
extension DefineTable {
    mutating func add(_ define: DefineSyntax, describing place: (SourceSpan) -> String) {
        let name = define.name
        if Vocabulary.reserved.contains(name.value) {
            self.report(
                .reservedName,
                at: name.span,
                "\(Spelling.quoted(name.value)) is a word of the language",
                help: "choose another name"
            )
        }
        if let first = self.defines[name.value] {
            self.report(
                .duplicateName,
                at: name.span,
                "\(Spelling.quoted(name.value)) is defined twice",
                label: "first defined at \(place(first.name.span))"
            )
            return
        }
        self.defines[name.value] = define
        self.states[name.value] = .unresolved
    }

    /// Takes a name for known whose define was lost to an error of its own.
    mutating func silence(_ name: String) {
        self.silenced.insert(name)
    }

    /// Resolves every define, the unused ones too, in the order of their names.
    mutating func resolveAll() {
        for name in self.defines.keys.sorted() { _ = self.resolve(name, nesting: 0) }
    }

    private mutating func report(
        _ code: DiagnosticCode,
        at span: SourceSpan,
        _ message: String,
        label: String? = nil,
        help: String? = nil
    ) {
        self.diagnostics.append(
            Diagnostic(code, at: span, message, label: label, help: help)
        )
    }
}

// Looking up.
extension DefineTable {
    mutating func methods(
        _ word: Spanned<String>
    ) -> (set: MethodSet, isSecondFactorSet: Bool)? {
        switch word.value {
        case "second-factor": return (.secondFactor, true)
        case "first-factor": return (.firstFactor, false)
        case "phishing-resistant": return (.phishingResistant, false)
        default: break
        }
        if let method = AuthenticationMethod(word: word.value) { return ([method].asSet, false) }
        switch self.meaning(of: word, as: .methods) {
        case .methods(let set, let isSecondFactorSet): return (set, isSecondFactorSet)
        case .paths, .hosts, nil: return nil
        }
    }

    mutating func paths(_ word: Spanned<String>) -> [PathPattern]? {
        if word.value.hasPrefix("/") {
            do {
                return [try PathWord(word.value).pattern()]
            } catch {
                self.report(.badPath, at: word.span, error.message, help: error.help)
                return nil
            }
        }
        switch self.meaning(of: word, as: .paths) {
        case .paths(let patterns): return patterns
        case .methods, .hosts, nil: return nil
        }
    }

    mutating func hosts(_ word: Spanned<String>) -> [HostPattern]? {
        if HostWord.isHost(word.value) {
            do {
                return [try HostWord.pattern(word.value)]
            } catch {
                self.report(.badHost, at: word.span, error.message, help: error.help)
                return nil
            }
        }
        switch self.meaning(of: word, as: .hosts) {
        case .hosts(let patterns): return patterns
        case .methods, .paths, nil: return nil
        }
    }

    private mutating func meaning(
        of word: Spanned<String>,
        as kind: DefineSyntax.Kind
    ) -> Meaning? {
        guard let define = self.defines[word.value] else {
            self.reportUnknown(word, kind)
            return nil
        }
        guard define.kind == kind else {
            self.report(
                .wrongKindOfName,
                at: word.span,
                "\(Spelling.quoted(word.value)) is a define of \(define.kind.rawValue)",
                label: "expected \(kind.rawValue)"
            )
            return nil
        }
        return self.resolve(word.value, nesting: 0)
    }

    private mutating func reportUnknown(_ word: Spanned<String>, _ kind: DefineSyntax.Kind) {
        // One missing define is one error, however often it is used.
        guard self.silenced.insert(word.value).inserted else { return }
        let named = self.defines.filter { $0.value.kind == kind }.map(\.key).sorted()
        let builtin =
            switch kind {
            case .methods: Vocabulary.methods + Vocabulary.methodSets + ["aal2", "sign-in"]
            case .paths: VerbWord.allCases.map(\.rawValue)
            case .hosts: ["localhost"]
            }
        let nearest = Vocabulary.meanings(of: word.value, among: named + builtin)
        let help = Spelling.question(nearest) ?? Self.hint(for: word.value, kind)
        self.report(
            .unknownName,
            at: word.span,
            "unknown \(Self.singular(kind)) \(Spelling.quoted(word.value))",
            help: help
        )
    }

    private static func singular(_ kind: DefineSyntax.Kind) -> String {
        switch kind {
        case .methods: "method"
        case .paths: "path"
        case .hosts: "host"
        }
    }

    private static func hint(for word: String, _ kind: DefineSyntax.Kind) -> String {
        switch kind {
        case .methods:
            "methods are " + Vocabulary.methods.joined(separator: ", ")
        case .paths: "a path begins with `/`: `/\(word)`; any other word must be defined"
        case .hosts: "a host holds a dot; any other word must be defined"
        }
    }
}

// Expanding.
extension DefineTable {
    private mutating func resolve(_ name: String, nesting: Int) -> Meaning? {
        guard let define = self.defines[name] else { return nil }
        switch self.states[name] {
        case .resolved(let meaning, _): return meaning
        case .inProgress:
            if self.complaints.insert(.circle(name)).inserted {
                self.report(
                    .circularDefine,
                    at: define.name.span,
                    "\(Spelling.quoted(name)) contains itself",
                    help: "a define may name others, but none that names it"
                )
            }
            return nil
        case .unresolved, nil: break
        }
        guard nesting < Self.deepest else {
            self.reportDepth(define)
            self.states[name] = .resolved(nil, depth: Self.deepest)
            return nil
        }
        self.states[name] = .inProgress
        let meaning = self.expand(define, nesting: nesting + 1)
        let depth = 1 + (define.members.map { self.depth(of: $0.value) }.max() ?? 0)
        if depth > Self.deepest, meaning != nil { self.reportDepth(define) }
        self.states[name] = .resolved(depth > Self.deepest ? nil : meaning, depth: depth)
        return meaning
    }

    private func depth(of name: String) -> Int {
        guard case .resolved(_, let depth) = self.states[name] else { return 0 }
        return depth
    }

    private mutating func reportDepth(_ define: DefineSyntax) {
        guard self.complaints.insert(.depth).inserted else { return }
        self.report(
            .overLimit,
            at: define.name.span,
            "defines nested more than \(Self.deepest) deep"
        )
    }

    private mutating func expand(_ define: DefineSyntax, nesting: Int) -> Meaning? {
        // What a member contains is resolved first, so that the lookups below find it done.
        for member in define.members where self.defines[member.value]?.kind == define.kind {
            _ = self.resolve(member.value, nesting: nesting)
        }
        switch define.kind {
        case .methods: return self.expandMethods(define)
        case .paths:
            let patterns = self.expandList(define) { (table, word) in table.paths(word) }
            return patterns.map { .paths($0) }
        case .hosts:
            let patterns = self.expandList(define) { (table, word) in table.hosts(word) }
            return patterns.map { .hosts($0) }
        }
    }

    private mutating func expandMethods(_ define: DefineSyntax) -> Meaning? {
        let members = define.members.map { self.methods($0) }
        let known = members.compactMap(\.self)
        guard known.count == members.count else { return nil }
        let union = known.reduce(into: MethodSet()) { $0.formUnion($1.set) }
        let isSecondFactorSet = known.count == 1 && known[0].isSecondFactorSet
        return .methods(union, isSecondFactorSet: isSecondFactorSet)
    }

    private mutating func expandList<Pattern: Hashable>(
        _ define: DefineSyntax,
        _ look: (inout DefineTable, Spanned<String>) -> [Pattern]?
    ) -> [Pattern]? {
        var patterns: [Pattern] = []
        var seen: Set<Pattern> = []
        var isComplete = true
        for member in define.members {
            guard let found = look(&self, member) else {
                isComplete = false
                continue
            }
            patterns += found.filter { seen.insert($0).inserted }
        }
        self.expandedMembers += patterns.count
        guard self.expandedMembers <= Self.mostMembers else {
            if self.complaints.insert(.size).inserted {
                self.report(
                    .overLimit,
                    at: define.name.span,
                    "defines expand to more than \(Self.mostMembers) members"
                )
            }
            return nil
        }
        return isComplete ? patterns : nil
    }
}

extension [AuthenticationMethod] {
    fileprivate var asSet: MethodSet {
        MethodSet(self)
    }
}
