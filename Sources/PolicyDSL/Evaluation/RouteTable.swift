/// Where the policies, admissions and pages of a set stand: hosts first, then paths, then methods.
struct RouteTable: Sendable {
    /// A policy, by its number, on the methods of one of its routes.
    struct ScopedPolicy: Sendable {
        var policy: Int32
        var verbs: VerbSet
    }

    fileprivate struct ScopedAdmit: Sendable {
        var classes: ClassSet
        var verbs: VerbSet
    }

    /// What stands at one pattern under one host.
    fileprivate struct Terminal: Sendable {
        var policies: [ScopedPolicy] = []
        var admits: [ScopedAdmit] = []
        var pageRemedy: Outcome?
    }

    private var trie = PathTrie()
    private var terminals: [Terminal] = []
    private let anyHost: Int32
    private var hosts = LabelTable()
    private var hostRoots: [Int32] = []

    init(_ set: ResolvedPolicySet, policies: [Policy]) {
        self.anyHost = self.trie.addRoot()
        for (number, policy) in policies.enumerated() {
            let routes = policy.routes.isEmpty ? [RouteMatcher()] : policy.routes
            for route in routes {
                self.insert(route) { terminal, verbs in
                    terminal.policies.append(ScopedPolicy(policy: Int32(number), verbs: verbs))
                }
            }
        }
        for admit in set.admits {
            self.insert(admit.route ?? RouteMatcher()) { terminal, verbs in
                terminal.admits.append(ScopedAdmit(classes: admit.classes, verbs: verbs))
            }
        }
        for (page, remedy) in set.pages.remedies {
            let routes = page.companions.map { RouteMatcher(paths: [$0]) }
            for route in routes + [page.coverage].compactMap(\.self) {
                self.insert(route) { terminal, _ in
                    terminal.pageRemedy = max(terminal.pageRemedy ?? remedy, remedy)
                }
            }
        }
    }

    private mutating func insert(
        _ route: RouteMatcher,
        _ place: (inout Terminal, VerbSet) -> Void
    ) {
        let everywhere = PathPattern([], coversDescendants: true)
        for root in self.roots(of: route.hosts) {
            for path in route.paths.isEmpty ? [everywhere] : route.paths {
                let index = self.trie.terminal(for: path, from: root)
                if index == self.terminals.count { self.terminals.append(Terminal()) }
                place(&self.terminals[index], route.verbs)
            }
        }
    }

    private mutating func roots(of hosts: [HostPattern]) -> [Int32] {
        hosts.isEmpty ? [self.anyHost] : hosts.map { self.root(of: $0) }
    }

    private mutating func root(of host: HostPattern) -> Int32 {
        let (name, space) =
            switch host {
            case .exact(let name): (Array(name.utf8), Self.exactHosts)
            case .subdomains(of: let suffix): (Array(suffix.utf8), Self.suffixes)
            }
        if let root = self.hosts.number(of: name.span, in: space) { return root }
        let root = self.trie.addRoot()
        self.hosts.insert(name, in: space, number: root)
        self.hostRoots.append(root)
        return root
    }

    private static let exactHosts: Int32 = 0
    private static let suffixes: Int32 = 1
}

/// Where a request stands in one policy set: what a decision needs to know of it, found once.
public struct Route: Sendable {
    let verbs: VerbSet
    var terminals = TerminalList()
    /// The terminals under some host, should the request's host turn out to be that one.
    var possible = TerminalList()
    package fileprivate(set) var admitted: ClassSet = []
    package fileprivate(set) var possiblyAdmitted: ClassSet = []
    package fileprivate(set) var pageRemedy: Outcome?
}

extension RouteTable {
    /// Finds what stands where a request stands; a host that is nil is Unknown.
    func route(verbs: VerbSet, path: Span<UInt8>, host: Span<UInt8>?) -> Route {
        var route = Route(verbs: verbs)
        self.trie.match(path, from: self.anyHost, into: &route.terminals)
        if let host {
            self.matchHost(host, path, into: &route.terminals)
        } else {
            for root in self.hostRoots {
                self.trie.match(path, from: root, into: &route.possible)
            }
        }
        for index in 0..<route.terminals.count {
            let terminal = self.terminals[route.terminals[index]]
            route.admitted.formUnion(terminal.admitted(verbs))
            if let remedy = terminal.pageRemedy {
                route.pageRemedy = max(route.pageRemedy ?? remedy, remedy)
            }
        }
        for index in 0..<route.possible.count {
            let terminal = self.terminals[route.possible[index]]
            route.possiblyAdmitted.formUnion(terminal.admitted(verbs))
        }
        return route
    }

    private func matchHost(
        _ host: Span<UInt8>,
        _ path: Span<UInt8>,
        into terminals: inout TerminalList
    ) {
        guard !self.hosts.isEmpty else { return }
        if let root = self.hosts.number(of: host, in: Self.exactHosts) {
            self.trie.match(path, from: root, into: &terminals)
        }
        for index in host.indices where host[index] == UInt8(ascii: ".") && index > 0 {
            let suffix = host.extracting((index + 1)...)
            guard let root = self.hosts.number(of: suffix, in: Self.suffixes) else { continue }
            self.trie.match(path, from: root, into: &terminals)
        }
    }

    /// Calls `body` with every policy that stands at one of the terminals, for each of its routes.
    func forEachPolicy(_ terminals: TerminalList, _ verbs: VerbSet, _ body: (Int) -> Void) {
        for index in 0..<terminals.count {
            for scoped in self.terminals[terminals[index]].policies
            where scoped.verbs.matches(verbs) {
                body(Int(scoped.policy))
            }
        }
    }
}

extension RouteTable.Terminal {
    fileprivate func admitted(_ verbs: VerbSet) -> ClassSet {
        self.admits.reduce(into: []) { classes, admit in
            if admit.verbs.matches(verbs) { classes.formUnion(admit.classes) }
        }
    }
}
