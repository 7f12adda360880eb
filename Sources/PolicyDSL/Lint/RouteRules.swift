// GK204, GK216, GK217, GK218: what routes let through.
extension LintSubject {
    /// GK204: users are let in, and no policy speaks of them.
    ///
    /// Routes open to visitors are meant to ask for nothing.
    var undemandedRoutes: [Finding] {
        let open = self.analysis.atoms.filter { atom in
            atom.admitted.contains(.user) && !atom.admitted.contains(.visitor)
                && atom.pageRemedy == nil
                && !atom.policies.contains { policy in
                    policy.subject.classes.contains(.users) && policy.phase(at: self.now) != .over
                }
        }
        guard let first = open.first else { return [] }
        let session = Session(
            principal: Principal(.user),
            directory: .known(.none),
            now: self.now
        )
        let examples = open.prefix(3).map { "`\($0.request.words)`" }.joined(separator: ", ")
        let admit = self.admitsOfUsers.first ?? .nowhere
        return [
            Finding(
                Diagnostic(
                    .undemandedRoute,
                    severity: .warning,
                    at: admit,
                    "users enter some routes without any demand",
                    label: "such as \(examples)",
                    help: "write a policy without `on`, or admit users to fewer routes"
                ),
                witness: Witness(first.request, session)
            )
        ]
    }

    private var admitsOfUsers: [SourceSpan] {
        self.set.resolved.admits.filter { $0.classes.contains(.users) }.map(\.span)
    }

    /// GK216: whoever may not GET may often not HEAD either.
    var getsWithoutHead: [Finding] {
        self.writtenRoutes.compactMap { routes in
            let words = routes.verbs.map(\.value)
            guard let get = routes.verbs.first(where: { $0.value == .get }),
                !words.contains(.head), !words.contains(.reads), !words.contains(.any)
            else { return nil }
            return Finding(
                Diagnostic(
                    .getWithoutHead,
                    severity: .warning,
                    at: get.span,
                    "`GET` without `HEAD`",
                    label: "a HEAD of the same path is another route",
                    help: "did you mean `reads`?"
                )
            )
        }
    }

    /// GK218: `*.example.com` does not cover `example.com`.
    var hostsWithoutApex: [Finding] {
        self.writtenHosts.flatMap { hosts in
            let named = Set(hosts.map(\.value))
            return hosts.compactMap { host -> Finding? in
                guard host.value.hasPrefix("*."),
                    !named.contains(String(host.value.dropFirst(2)))
                else { return nil }
                return Finding(
                    Diagnostic(
                        .hostWithoutApex,
                        severity: .warning,
                        at: host.span,
                        "\(Spelling.quoted(host.value)) does not cover "
                            + Spelling.quoted(String(host.value.dropFirst(2))),
                        help: "name both, if both are meant"
                    )
                )
            }
        }
    }

    private var writtenHosts: [[Spanned<String>]] {
        let defines = self.reading.items.compactMap { item -> [Spanned<String>]? in
            guard case .define(let define) = item.value, define.kind == .hosts else { return nil }
            return define.members
        }
        return defines + self.writtenRoutes.map(\.hosts)
    }

    /// Every `on` and `to` of the set.
    var writtenRoutes: [RoutesSyntax] {
        self.reading.items.flatMap { item -> [RoutesSyntax] in
            switch item.value {
            case .admit(let admit): return [admit.routes].compactMap(\.self)
            case .policy(let policy):
                return policy.clauses.compactMap { clause in
                    if case .on(let routes) = clause.value { routes } else { nil }
                }
            case .pages, .define, .test: return []
            }
        }
    }
}

// GK217: more is open than should be.
extension LintSubject {
    var wideOpenRoutes: [Finding] {
        self.wideAdmissions + self.wideCompanions
    }

    private var wideAdmissions: [Finding] {
        self.set.resolved.admits.compactMap { admit in
            guard admit.classes == .anyone else { return nil }
            let isEverywhere = admit.route.map(\.coversEveryPath) ?? true
            let writes = !(admit.route?.verbs ?? .any).isDisjoint(with: VerbSet.plainWrites)
            guard isEverywhere || writes else { return nil }
            return Finding(
                Diagnostic(
                    .wideOpen,
                    at: admit.span,
                    isEverywhere ? "anyone is admitted everywhere" : "anyone is admitted to writes",
                    label: "visitors without a token are",
                    help: "say `to reads` and a path, or name the classes that are meant"
                ),
                witness: Self.visit(admit.route, at: self.now)
            )
        }
    }

    private static func visit(_ route: RouteMatcher?, at now: Instant) -> Witness {
        let path = route?.paths.first?.example ?? "/"
        let isWrite = !(route?.verbs ?? .any).isDisjoint(with: VerbSet.plainWrites)
        let request = AccessRequest(method: isWrite ? "POST" : "GET", path: path)
        let session = Session(principal: .visitor, directory: .unknown, now: now)
        return Witness(request, session)
    }

    private var wideCompanions: [Finding] {
        self.set.pages.remedies.flatMap { page, remedy in
            page.companions.compactMap { companion in
                let overlapped = self.policies.first { written in
                    written.policy.routes.contains { route in
                        route.paths.contains { $0.overlaps(companion) }
                    }
                }
                guard companion.coversEverything || overlapped != nil else { return nil }
                return Finding(
                    Diagnostic(
                        .wideOpen,
                        at: page.span,
                        "`\(companion)` is let pass for the page of \(remedy.word)",
                        label: overlapped.map {
                            "policy \(Spelling.quoted($0.name.value)) speaks of the same paths"
                        } ?? "that is every path",
                        help: "after `with`, name only what the page itself loads and posts to"
                    )
                )
            }
        }
    }
}

extension VerbSet {
    /// The writes that a plain request makes.
    fileprivate static let plainWrites: VerbSet = [.post, .put, .patch, .delete, .other]
}

extension RouteMatcher {
    fileprivate var coversEveryPath: Bool {
        self.paths.isEmpty || self.paths.contains(where: \.coversEverything)
    }
}

extension PathPattern {
    /// Whether every path matches.
    fileprivate var coversEverything: Bool { self.segments.isEmpty && self.coversDescendants }

    /// Whether some path matches both.
    func overlaps(_ other: PathPattern) -> Bool {
        let isLongEnough =
            (self.segments.count <= other.segments.count || other.coversDescendants)
            && (other.segments.count <= self.segments.count || self.coversDescendants)
        return isLongEnough
            && zip(self.segments, other.segments).allSatisfy { mine, theirs in
                switch (mine, theirs) {
                case (.any, _), (_, .any): true
                case (.literal(let first), .literal(let second)): first == second
                }
            }
    }

    /// A path that matches.
    var example: String {
        let segments = self.segments.map { segment in
            switch segment {
            case .any: "x"
            case .literal(let literal): literal
            }
        }
        return "/" + segments.joined(separator: "/")
    }
}
