/// A class of requests that no pattern of a set can tell apart, by one of them.
package struct RouteAtom: Sendable {
    /// The representative.
    package let request: AccessRequest
    /// The policies in scope.
    package let policies: [Policy]
    /// The classes that are let in.
    package let admitted: ClassSet
    package let pageRemedy: Outcome?
}

/// The routes of a set, split by its own patterns: together the atoms cover every request.
package struct RouteAtoms: Sendable {
    /// Stands for every host that no pattern names.
    package static let anyOtherHost = "elsewhere.invalid"

    package let atoms: [RouteAtom]

    package init(_ set: ResolvedPolicySet) {
        self.atoms = Self.requests(telling: [set]).map { RouteAtom($0, of: set) }
    }

    /// One request of every class that the patterns of any of `sets` tell apart.
    package static func requests(telling sets: [ResolvedPolicySet]) -> [AccessRequest] {
        let matchers = sets.flatMap(\.matchers)
        let paths = representativePaths(matchers.flatMap(\.paths))
        let hosts = representativeHosts(matchers.flatMap(\.hosts))
        let verbs = representativeVerbs(matchers.map(\.verbs))
        var requests: [[RouteAtom.Signature]: AccessRequest] = [:]
        for path in paths {
            for host in hosts {
                for (method, isUpgrade) in verbs {
                    let request = AccessRequest(
                        method: method,
                        path: path,
                        host: .known(host),
                        isUpgrade: isUpgrade
                    )
                    let signature = sets.map { RouteAtom.Signature(request, in: $0) }
                    if requests[signature] == nil { requests[signature] = request }
                }
            }
        }
        return requests.values.sorted { left, right in
            (left.path, left.method, left.hostText) < (right.path, right.method, right.hostText)
        }
    }
}

extension RouteAtom {
    /// The atom of `set` that holds `request`.
    package init(_ request: AccessRequest, of set: ResolvedPolicySet) {
        let signature = Signature(request, in: set)
        self.request = request
        self.policies = signature.policies.map { set.policies[$0] }
        self.admitted = signature.admitted
        self.pageRemedy = signature.pageRemedy
    }

    /// What tells the atoms of one set apart.
    fileprivate struct Signature: Hashable {
        let policies: [Int]
        let admitted: ClassSet
        let pageRemedy: Outcome?

        init(_ request: AccessRequest, in set: ResolvedPolicySet) {
            let route = ReferenceRoute(request)
            let standing = ReferenceEvaluator(set).standing(of: route)
            self.policies = set.policies.indices.filter {
                route.scope(of: set.policies[$0].routes) == .yes
            }
            self.admitted = standing.admitted
            self.pageRemedy = standing.pageRemedy
        }
    }
}

extension AccessRequest {
    fileprivate var hostText: String {
        switch self.host {
        case .unknown: ""
        case .known(let host): host
        }
    }
}

extension ResolvedPolicySet {
    /// Every pattern of the set: those of policies, of admissions and of pages.
    fileprivate var matchers: [RouteMatcher] {
        let pages = self.pages.remedies.flatMap { page, _ in
            page.companions.map { RouteMatcher(paths: [$0]) } + [page.coverage].compactMap(\.self)
        }
        return self.policies.flatMap(\.routes) + self.admits.compactMap(\.route) + pages
    }
}

/// A path for every combination of patterns that some path matches.
///
/// All patterns are followed at once, segment by segment; two paths that leave the same patterns
/// at the same places go on alike, so only the first of them is followed.
private func representativePaths(_ patterns: [PathPattern]) -> [String] {
    let patterns = Array(Set(patterns))
    let fresh = freshSegment(patterns)
    var seen: Set<PathState> = []
    var paths: [String] = []
    var frontier = [PathState(open: Array(patterns.indices), covered: [], depth: 0)]
    var texts = [""]
    while let state = frontier.popLast(), let text = texts.popLast() {
        guard seen.insert(state).inserted else { continue }
        paths.append(text.isEmpty ? "/" : text)
        for segment in state.nextSegments(patterns) + [fresh] {
            frontier.append(state.after(segment, patterns))
            texts.append("\(text)/\(segment)")
        }
    }
    return paths
}

private struct PathState: Hashable {
    /// The patterns that still go on after `depth` segments, or end there.
    var open: [Int]
    /// The patterns whose `/**` covers all that follows.
    var covered: [Int]
    var depth: Int

    func nextSegments(_ patterns: [PathPattern]) -> [String] {
        let segments = self.open.compactMap { index -> String? in
            let pattern = patterns[index]
            guard self.depth < pattern.segments.count,
                case .literal(let literal) = pattern.segments[self.depth]
            else { return nil }
            return literal
        }
        return Set(segments).sorted()
    }

    func after(_ segment: String, _ patterns: [PathPattern]) -> PathState {
        var next = PathState(open: [], covered: self.covered, depth: self.depth + 1)
        for index in self.open {
            let pattern = patterns[index]
            guard self.depth < pattern.segments.count else {
                if pattern.coversDescendants { next.covered.append(index) }
                continue
            }
            let isMatch =
                switch pattern.segments[self.depth] {
                case .any: true
                case .literal(let literal): literal == segment
                }
            if isMatch { next.open.append(index) }
        }
        next.covered.sort()
        // Where nothing is open any more, depth makes no difference.
        if next.open.isEmpty { next.depth = 0 }
        return next
    }
}

private func freshSegment(_ patterns: [PathPattern]) -> String {
    let literals = Set(patterns.flatMap(\.segments))
    var fresh = "other"
    while literals.contains(.literal(fresh)) {
        fresh += "-x"
    }
    return fresh
}

private func representativeHosts(_ patterns: [HostPattern]) -> [String] {
    let named = Set(patterns).map { pattern in
        switch pattern {
        case .exact(let name): name
        case .subdomains(of: let suffix): "other.\(suffix)"
        }
    }
    return Set(named + [RouteAtoms.anyOtherHost]).sorted()
}

private func representativeVerbs(_ verbs: [VerbSet]) -> [(method: String, isUpgrade: Bool)] {
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"]
    let choices = methods.map { ($0, false) } + [("GET", true)]
    let mentioned = Array(Set(verbs))
    var seen: Set<[Bool]> = []
    return choices.filter { method, isUpgrade in
        let bits = VerbSet(method: method, isUpgrade: isUpgrade)
        return seen.insert(mentioned.map { $0.matches(bits) }).inserted
    }
}
