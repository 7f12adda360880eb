/// Where the policies, admissions and pages of a set stand: hosts first, then paths, then methods.
struct RouteTable: Sendable {
    /// A policy, by its number, on the methods of one of its routes.
    struct ScopedPolicy: Sendable {
        var policy: Int32
        var verbs: VerbSet
        /// The classes of its `for`; it concerns nobody else.
        var classes: ClassSet
        /// A demand that settles the policy wherever it is met.
        var shortcut: DemandOperation
    }

    /// Classes let in on some methods.
    private struct ScopedAdmit: Sendable {
        var classes: ClassSet
        var verbs: VerbSet
    }

    /// What stands at one pattern under one host: runs of the lists below.
    private struct Terminal: Sendable {
        var policies: Range<Int>
        var admits: Range<Int>
        var pageRemedy: Outcome?
        /// Whether no passing of time changes what the policies say.
        var isTimeless: Bool
    }

    private var trie = PathTrie()
    private var terminals: [Terminal] = []
    private(set) var scopedPolicies: [ScopedPolicy] = []
    private var scopedAdmits: [ScopedAdmit] = []
    private let anyHost: Int32
    private var hosts = LabelTable()
    private var hostRoots: [Int32] = []

    init(_ set: ResolvedPolicySet, policies: [Policy], shortcuts: [DemandOperation]) {
        self.anyHost = self.trie.addRoot()
        var places: [Place] = []
        for (number, policy) in policies.enumerated() {
            let routes = policy.routes.isEmpty ? [RouteMatcher()] : policy.routes
            for route in routes {
                self.insert(route, into: &places) { place in
                    let scoped = ScopedPolicy(
                        policy: Int32(number),
                        verbs: route.verbs,
                        classes: policy.subject.classes,
                        shortcut: shortcuts[number]
                    )
                    place.policies.append(scoped)
                }
            }
        }
        for admit in set.admits {
            let route = admit.route ?? RouteMatcher()
            self.insert(route, into: &places) { place in
                place.admits.append(ScopedAdmit(classes: admit.classes, verbs: route.verbs))
            }
        }
        for (page, remedy) in set.pages.remedies {
            let routes = page.companions.map { RouteMatcher(paths: [$0]) }
            for route in routes + [page.coverage].compactMap(\.self) {
                self.insert(route, into: &places) { place in
                    place.pageRemedy = max(place.pageRemedy ?? remedy, remedy)
                }
            }
        }
        for place in places {
            self.flatten(place, policies)
        }
    }

    /// A terminal while it is filled.
    private struct Place {
        var policies: [ScopedPolicy] = []
        var admits: [ScopedAdmit] = []
        var pageRemedy: Outcome?
    }

    private mutating func flatten(_ place: Place, _ policies: [Policy]) {
        let first = self.scopedPolicies.count
        let admits = self.scopedAdmits.count
        self.scopedPolicies += place.policies
        self.scopedAdmits += place.admits
        let terminal = Terminal(
            policies: first..<self.scopedPolicies.count,
            admits: admits..<self.scopedAdmits.count,
            pageRemedy: place.pageRemedy,
            isTimeless: place.policies.allSatisfy { policies[Int($0.policy)].isTimeless }
        )
        self.terminals.append(terminal)
    }

    private mutating func insert(
        _ route: RouteMatcher,
        into places: inout [Place],
        _ fill: (inout Place) -> Void
    ) {
        let everywhere = PathPattern([], coversDescendants: true)
        for root in self.roots(of: route.hosts) {
            for path in route.paths.isEmpty ? [everywhere] : route.paths {
                let index = self.trie.terminal(for: path, from: root)
                if index == places.count { places.append(Place()) }
                fill(&places[index])
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
    /// Whether no passing of time changes what the policies here say of a token.
    fileprivate(set) var isTimeless = true

    /// Whether both are the same place of the same set.
    func isSame(as other: Route) -> Bool {
        self.verbs == other.verbs && self.terminals.isSame(as: other.terminals)
            && self.possible.isSame(as: other.possible)
    }
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
            route.admitted.formUnion(self.admitted(at: terminal, verbs))
            route.isTimeless = route.isTimeless && terminal.isTimeless
            if let remedy = terminal.pageRemedy {
                route.pageRemedy = max(route.pageRemedy ?? remedy, remedy)
            }
        }
        for index in 0..<route.possible.count {
            let terminal = self.terminals[route.possible[index]]
            route.possiblyAdmitted.formUnion(self.admitted(at: terminal, verbs))
            route.isTimeless = route.isTimeless && terminal.isTimeless
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

    private func admitted(at terminal: Terminal, _ verbs: VerbSet) -> ClassSet {
        var classes: ClassSet = []
        for index in terminal.admits where self.scopedAdmits[index].verbs.matches(verbs) {
            classes.formUnion(self.scopedAdmits[index].classes)
        }
        return classes
    }

    /// The run of `scopedPolicies` at one terminal.
    func policies(at terminal: Int) -> Range<Int> {
        self.terminals[terminal].policies
    }

    /// The numbers of the policies at several terminals, on the methods of one request.
    func policies(at terminals: TerminalList, _ verbs: VerbSet) -> [Int] {
        (0..<terminals.count).flatMap { index in
            self.scopedPolicies[self.policies(at: terminals[index])]
                .filter { $0.verbs.matches(verbs) }.map { Int($0.policy) }
        }
    }
}
