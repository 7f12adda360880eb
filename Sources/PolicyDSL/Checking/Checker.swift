/// Turns trees into the set they mean, or says everything that stands against it.
struct Checker {
    let sources: [PolicySource]
    var table = DefineTable()
    var diagnostics: [Diagnostic] = []
    /// Every policy by name, broken ones too, with the place of its name.
    var policyNames: [String: SourceSpan] = [:]

    private(set) var admits: [Admit] = []
    private(set) var policies: [Policy] = []
    private(set) var pages = Pages()
    private(set) var tests: [PolicyTest] = []
    private var pagesSpan: SourceSpan?
    private var routePaths = 0

    /// The most policies a set may have.
    static let mostPolicies = 10_000
    /// How many paths all routes of a set may name once defines are expanded.
    static let mostRoutePaths = 200_000

    init(_ sources: [PolicySource]) {
        self.sources = sources
    }

    /// Checks all trees as one set; the order of files and items carries no meaning.
    mutating func check(_ trees: [SyntaxTree]) {
        self.collectNames(trees)
        self.table.resolveAll()
        for tree in trees {
            for item in tree.items { self.check(item) }
        }
        self.checkAdmission(trees)
        self.diagnostics += self.table.diagnostics
    }

    private mutating func collectNames(_ trees: [SyntaxTree]) {
        let sources = self.sources
        let place = { (span: SourceSpan) in Self.place(of: span, in: sources) }
        for tree in trees {
            for name in tree.lostDefines { self.table.silence(name) }
            for item in tree.items {
                switch item.value {
                case .define(let define): self.table.add(define, describing: place)
                case .policy(let policy): self.collect(policy.name)
                case .pages, .admit, .test: break
                }
            }
        }
    }

    private mutating func collect(_ name: Spanned<String>) {
        if let first = self.policyNames[name.value] {
            self.report(
                .duplicateName,
                at: name.span,
                "policy \(Spelling.quoted(name.value)) exists twice",
                label: "first at \(Self.place(of: first, in: self.sources))"
            )
            return
        }
        self.policyNames[name.value] = name.span
        if self.policyNames.count == Self.mostPolicies + 1 {
            self.report(
                .overLimit,
                at: name.span,
                "more than \(Self.mostPolicies) policies in one set"
            )
        }
    }

    private static func place(of span: SourceSpan, in sources: [PolicySource]) -> String {
        guard sources.indices.contains(span.source) else { return "another place" }
        let source = sources[span.source]
        let line = source.position(at: span.start).line
        return "\(Spelling.shown(source.name)):\(line)"
    }

    mutating func report(
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

extension Checker {
    private mutating func check(_ item: Spanned<SyntaxTree.Item>) {
        switch item.value {
        case .define: break
        case .pages(let pages): self.check(pages, at: item.span)
        case .admit(let admit): self.check(admit, at: item.span)
        case .policy(let policy):
            if let policy = self.resolved(policy, at: item.span) { self.policies.append(policy) }
        case .test(let test):
            if let test = self.resolved(test) { self.tests.append(test) }
        }
    }

    private mutating func check(_ admit: AdmitSyntax, at span: SourceSpan) {
        let route = admit.routes.flatMap { self.resolved($0) }
        self.admits.append(Admit(Self.classes(admit.classes), to: route, span: span))
    }

    static func classes(_ words: [Spanned<ClassWord>]) -> ClassSet {
        words.reduce(into: []) { $0.formUnion($1.value.classSet) }
    }

    private mutating func checkAdmission(_ trees: [SyntaxTree]) {
        let isDamaged = trees.contains { $0.isDamaged || $0.version == nil }
        guard self.admits.isEmpty, !isDamaged else { return }
        self.report(
            .noAdmission,
            at: trees.first?.version?.span ?? .nowhere,
            "set without `admit`",
            label: "nobody would be let in",
            help: "say who may come in at all, such as `admit users`"
        )
    }
}

// routes
extension Checker {
    /// The matcher of a route; nil after an error inside was reported.
    mutating func resolved(_ routes: RoutesSyntax) -> RouteMatcher? {
        let paths = routes.paths.map { self.table.paths($0) }
        let hosts = routes.hosts.map { self.table.hosts($0) }
        let knownPaths = paths.compactMap(\.self)
        let knownHosts = hosts.compactMap(\.self)
        guard knownPaths.count == paths.count, knownHosts.count == hosts.count else { return nil }
        let matcher = RouteMatcher(
            verbs: Self.verbs(routes.verbs),
            paths: knownPaths.count == 1 ? knownPaths[0] : knownPaths.flatMap(\.self),
            hosts: knownHosts.count == 1 ? knownHosts[0] : knownHosts.flatMap(\.self)
        )
        return self.isWithinLimit(matcher, of: routes) ? matcher : nil
    }

    private mutating func isWithinLimit(_ matcher: RouteMatcher, of routes: RoutesSyntax) -> Bool {
        let before = self.routePaths
        self.routePaths += max(matcher.paths.count, 1) * max(matcher.hosts.count, 1)
        guard self.routePaths > Self.mostRoutePaths else { return true }
        if before <= Self.mostRoutePaths {
            self.report(
                .overLimit,
                at: (routes.paths + routes.hosts).first?.span ?? .nowhere,
                "routes that name more than \(Self.mostRoutePaths) paths in one set"
            )
        }
        return false
    }

    private static func verbs(_ words: [Spanned<VerbWord>]) -> VerbSet {
        guard !words.isEmpty else { return .any }
        return words.reduce(into: []) { $0.formUnion($1.value.verbSet) }
    }
}

// pages
extension Checker {
    private mutating func check(_ entries: [Spanned<PageSyntax>], at span: SourceSpan) {
        if let first = self.pagesSpan {
            self.report(
                .repeatedPages,
                at: SourceSpan(source: span.source, start: span.start, end: span.start + 5),
                "`pages` stands twice in the set",
                label: "first at \(Self.place(of: first, in: self.sources))",
                help: "name all pages in one item"
            )
            return
        }
        self.pagesSpan = span
        var seen: Set<PageSyntax.Kind> = []
        for entry in entries {
            let kind = entry.value.kind
            guard seen.insert(kind.value).inserted else {
                self.report(
                    .repeatedPages,
                    at: kind.span,
                    "page `\(kind.value.rawValue)` is named twice"
                )
                continue
            }
            guard let page = self.resolved(entry) else { continue }
            switch kind.value {
            case .signIn: self.pages.signIn = page
            case .stepUp: self.pages.stepUp = page
            case .enroll: self.pages.enroll = page
            case .factors: self.pages.factors = page
            }
        }
    }

    private mutating func resolved(_ entry: Spanned<PageSyntax>) -> Page? {
        let companions = entry.value.companions.map { self.table.paths($0) }
        let known = companions.compactMap(\.self)
        guard let target = self.target(entry.value.target), known.count == companions.count else {
            return nil
        }
        return Page(target, with: known.flatMap(\.self), span: entry.span)
    }

    private mutating func target(_ word: Spanned<String>) -> Page.Target? {
        if word.value == "builtin" { return .builtin }
        if word.value.hasPrefix("/") {
            guard let path = self.concretePath(word) else { return nil }
            return .path(path)
        }
        guard Self.isURL(word.value) else {
            self.report(
                .badPage,
                at: word.span,
                "\(Spelling.quoted(word.value)) is not a page",
                label: "expected one of: a path, a URL, builtin",
                help: "a URL begins with `https://`, a path with `/`"
            )
            return nil
        }
        guard !self.isCutByFragment(word) else {
            self.report(
                .badPage,
                at: word.span,
                "URL with a fragment",
                label: "`#` begins a comment",
                help: "pages are told apart by path and query; leave the fragment away"
            )
            return nil
        }
        return .url(word.value)
    }

    private func isCutByFragment(_ word: Spanned<String>) -> Bool {
        guard self.sources.indices.contains(word.span.source) else { return false }
        let bytes = self.sources[word.span.source].bytes
        return word.span.end < bytes.count && bytes[word.span.end] == Ascii.number
    }

    private static func isURL(_ word: String) -> Bool {
        for scheme in ["https://", "http://"] where word.hasPrefix(scheme) {
            let host = word.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
            let name = host.prefix { $0 != ":" }
            return !host.contains("@") && !host.contains("*")
                && (try? HostWord.pattern(String(name))) != nil
        }
        return false
    }

    /// A path without wildcards; nil after its error was reported.
    mutating func concretePath(_ word: Spanned<String>) -> String? {
        do {
            return try PathWord(word.value).concretePath()
        } catch {
            self.report(.badPath, at: word.span, error.message, help: error.help)
            return nil
        }
    }
}
