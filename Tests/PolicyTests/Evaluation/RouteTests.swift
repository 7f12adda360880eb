import PolicyDSL
import Testing

/// Paths, hosts and methods, by both evaluators.
@Suite struct RouteTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let pattern: String
        let hits: [String]
        let misses: [String]

        var testDescription: String { self.pattern }
    }

    @Test(
        "paths",
        arguments: [
            Row(pattern: "/", hits: ["/"], misses: ["/a"]),
            Row(pattern: "/**", hits: ["/", "/a", "/a/b/"], misses: []),
            Row(
                pattern: "/admin/**",
                hits: ["/admin", "/admin/", "/admin/a", "/admin/a/b"],
                misses: ["/", "/adminx", "/Admin", "/a/admin"]
            ),
            Row(pattern: "/a/*", hits: ["/a/b", "/a/b/"], misses: ["/a", "/a/", "/a/b/c"]),
            Row(pattern: "/a/*/c", hits: ["/a/b/c"], misses: ["/a/c", "/a/b/d", "/a//b/c"]),
            Row(pattern: "/a/", hits: ["/a", "/a/"], misses: ["/a/b"]),
            Row(pattern: "/*/**", hits: ["/a", "/a/b"], misses: ["/"]),
            Row(pattern: "/a/*/**", hits: ["/a//b", "/a/b"], misses: ["/a"]),
            Row(pattern: "/\u{301}a", hits: ["/\u{301}a"], misses: ["/a"]),
        ]
    )
    func paths(_ row: Row) throws {
        let pattern = try #require(PathPattern(row.pattern))
        let set = Self.denying(RouteMatcher(paths: [pattern]))
        for path in row.hits {
            #expect(Self.isDenied(AccessRequest(path: path, host: .known("h")), set), "\(path)")
        }
        for path in row.misses {
            #expect(!Self.isDenied(AccessRequest(path: path, host: .known("h")), set), "\(path)")
        }
    }

    @Test("malformed patterns", arguments: ["", "a", "/a*", "/**/a", "/a/**b", "/***"])
    func malformedPaths(_ text: String) {
        #expect(PathPattern(text) == nil)
    }

    @Test(
        "hosts",
        arguments: [
            Row(
                pattern: "a.example",
                hits: ["a.example"],
                misses: ["b.a.example", "example", "xa.example"]
            ),
            Row(
                pattern: "*.example",
                hits: ["a.example", "b.a.example"],
                misses: ["example", "aexample"]
            ),
            Row(pattern: "A.Example", hits: ["a.example"], misses: ["."]),
        ]
    )
    func hosts(_ row: Row) throws {
        let set = Self.denying(RouteMatcher(hosts: [try #require(HostPattern(row.pattern))]))
        for host in row.hits {
            #expect(Self.isDenied(AccessRequest(path: "/", host: .known(host)), set), "\(host)")
        }
        for host in row.misses {
            #expect(!Self.isDenied(AccessRequest(path: "/", host: .known(host)), set), "\(host)")
        }
    }

    @Test("malformed hosts", arguments: ["", "*", "*.", "a.*", "*.*.b"])
    func malformedHosts(_ text: String) {
        #expect(HostPattern(text) == nil)
    }

    @Test(
        "methods",
        arguments: [
            (VerbSet.reads, ["GET", "HEAD", "GET+"], ["POST", "OPTIONS", "get"]),
            (
                .writes, ["POST", "DELETE", "PROPFIND", "get", "Post", "GET+"],
                ["GET", "HEAD", "OPTIONS"]
            ),
            (.get, ["GET", "GET+"], ["HEAD", "get", "GETS"]),
            (.post, ["POST"], ["GET+", "post"]),
            (.any, ["GET", "OPTIONS", "x", ""], []),
        ]
    )
    func methods(verbs: VerbSet, hits: [String], misses: [String]) {
        let set = Self.denying(RouteMatcher(verbs: verbs))
        for (words, isHit) in [(hits, true), (misses, false)] {
            for word in words {
                let isUpgrade = word.hasSuffix("+")
                let method = isUpgrade ? String(word.dropLast()) : word
                let request = AccessRequest(
                    method: method,
                    path: "/",
                    host: .known("h"),
                    isUpgrade: isUpgrade
                )
                #expect(Self.isDenied(request, set) == isHit, "\(word)")
            }
        }
    }

    @Test("many patterns, and many that cover one path")
    func manyPatterns() throws {
        let routes = try (0..<300).flatMap { number in
            try ["/p\(number)/**", "/*/q\(number)", "/a/b/c\(number % 3)/**"].map {
                RouteMatcher(paths: [try #require(PathPattern($0))])
            }
        }
        let policies = routes.enumerated().map { number, route in
            Policy("p\(number)", for: Subject(.anyone), on: [route], .deny)
        }
        let set = PolicySet(ResolvedPolicySet(admits: [Admit(.anyone)], policies: policies))
        for (path, count) in [("/p7/q7", 2), ("/p7/x", 1), ("/x/q299", 1), ("/a/b/c1/d", 100)] {
            let request = AccessRequest(path: path, host: .known("h"))
            let now = SeededGenerator.now
            let decision = set.decide(request, .visitor, directory: .unknown, now: now)
            #expect(decision.enforced.count == count, "\(path)")
        }
    }

    @Test("a path may be covered by more patterns than are expected")
    func deepPath() throws {
        let names = (0..<40).map { "s\($0)" }
        let policies = try (0...40).map { depth in
            let text = "/" + (names.prefix(depth) + ["**"]).joined(separator: "/")
            let route = RouteMatcher(paths: [try #require(PathPattern(text))])
            return Policy("p\(depth)", for: Subject(.anyone), on: [route], .deny)
        }
        let set = PolicySet(ResolvedPolicySet(admits: [Admit(.anyone)], policies: policies))
        let path = "/" + names.joined(separator: "/")
        let request = AccessRequest(path: path, host: .known("h"))
        let decision = set.decide(request, .visitor, directory: .unknown, now: SeededGenerator.now)
        #expect(decision.enforced.count == 41)
    }

    @Test("any one `on` matches; within one, all parts must")
    func severalRoutes() throws {
        let first = RouteMatcher(verbs: .writes, paths: [try #require(PathPattern("/a"))])
        let second = RouteMatcher(hosts: [.exact("h")])
        let set = Self.denying(first, second)
        #expect(Self.isDenied(AccessRequest(method: "POST", path: "/a", host: .known("x")), set))
        #expect(Self.isDenied(AccessRequest(path: "/b", host: .known("h")), set))
        #expect(!Self.isDenied(AccessRequest(path: "/a", host: .known("x")), set))
    }

    @Test("bytes and text lead to the same route")
    func bytes() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let set = PolicySet(random.policySet(policies: 4))
            let request = random.request()
            guard case .known(let host) = request.host else { continue }
            let route = set.route(
                method: Array(request.method.utf8).span,
                path: Array(request.path.utf8).span,
                host: Array(host.utf8).span,
                isUpgrade: request.isUpgrade
            )
            let principal = set.prepare(random.principal())
            let now = SeededGenerator.now
            #expect(
                set.decide(route, principal, directory: .unknown, now: now)
                    == set.decide(set.route(request), principal, directory: .unknown, now: now)
            )
        }
    }

    private static func denying(_ routes: RouteMatcher...) -> PolicySet {
        let policy = Policy("p", for: Subject(.anyone), on: routes, .deny)
        return PolicySet(ResolvedPolicySet(admits: [Admit(.anyone)], policies: [policy]))
    }

    private static func isDenied(_ request: AccessRequest, _ set: PolicySet) -> Bool {
        let now = SeededGenerator.now
        let decision = set.decide(request, .visitor, directory: .unknown, now: now)
        let session = Session(principal: .visitor, directory: .unknown, now: now)
        let reference = ReferenceEvaluator(set.resolved).decide(request, session)
        #expect(decision == reference)
        return decision.outcome == .deny
    }
}
