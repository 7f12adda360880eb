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
    package let atoms: [RouteAtom]

    package init(_ set: ResolvedPolicySet) {
        let matchers = set.matchers
        let paths = representativePaths(matchers.flatMap(\.paths))
        let hosts = representativeHosts(matchers.flatMap(\.hosts))
        let verbs = representativeVerbs(matchers.map(\.verbs))
        let reference = ReferenceEvaluator(set)
        var atoms: [Signature: RouteAtom] = [:]
        for path in paths {
            for host in hosts {
                for (method, isUpgrade) in verbs {
                    let request = AccessRequest(
                        method: method,
                        path: path,
                        host: .known(host),
                        isUpgrade: isUpgrade
                    )
                    let route = ReferenceRoute(request)
                    let standing = reference.standing(of: route)
                    let numbers = set.policies.indices.filter {
                        route.scope(of: set.policies[$0].routes) == .yes
                    }
                    let signature = Signature(
                        policies: numbers,
                        admitted: standing.admitted,
                        pageRemedy: standing.pageRemedy
                    )
                    guard atoms[signature] == nil else { continue }
                    atoms[signature] = RouteAtom(
                        request: request,
                        policies: numbers.map { set.policies[$0] },
                        admitted: standing.admitted,
                        pageRemedy: standing.pageRemedy
                    )
                }
            }
        }
        self.atoms = atoms.values.sorted { left, right in
            (left.request.path, left.request.method) < (right.request.path, right.request.method)
        }
    }

    private struct Signature: Hashable {
        let policies: [Int]
        let admitted: ClassSet
        let pageRemedy: Outcome?
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
    return Set(named + ["elsewhere.invalid"]).sorted()
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
