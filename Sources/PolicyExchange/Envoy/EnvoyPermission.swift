internal import JSON
internal import PolicyDSL

/// Routes as RBAC permissions.
enum EnvoyPermission {
    /// Any one of the routes; none means everywhere.
    static func routes(_ routes: [RouteMatcher]) -> JSONValue {
        routes.isEmpty ? ["any": true] : EnvoyLogic.any(routes.map(Self.route), in: .permission)
    }

    private static func route(_ route: RouteMatcher) -> JSONValue {
        var parts: [JSONValue] = []
        if route.verbs != .any { parts.append(Self.verbs(route.verbs)) }
        if !route.paths.isEmpty {
            let paths = route.paths.flatMap(\.envoyMatchers).map { matcher -> JSONValue in
                ["url_path": ["path": matcher]]
            }
            parts.append(EnvoyLogic.any(paths, in: .permission))
        }
        if !route.hosts.isEmpty {
            let hosts = route.hosts.map { Self.header(":authority", $0.envoyMatcher) }
            parts.append(EnvoyLogic.any(hosts, in: .permission))
        }
        return parts.isEmpty ? ["any": true] : EnvoyLogic.all(parts, in: .permission)
    }

    // An upgrade is both a read and a write, whatever its method.
    private static func verbs(_ verbs: VerbSet) -> JSONValue {
        let isOpen = verbs.contains(.other)
        let words = Self.words.filter { verbs.contains($0.verb) != isOpen }.map(\.word)
        let named = EnvoyLogic.any(
            words.map { Self.header(":method", ["exact": .string($0)]) },
            in: .permission
        )
        var parts: [JSONValue] = []
        if !words.isEmpty {
            parts.append(isOpen ? EnvoyLogic.not(named, in: .permission) : named)
        }
        if verbs.contains(.upgrade) {
            parts.append(["header": ["name": "upgrade", "present_match": true]])
        }
        return EnvoyLogic.any(parts, in: .permission)
    }

    private static let words: [(word: String, verb: VerbSet)] = [
        ("GET", .get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("PATCH", .patch),
        ("DELETE", .delete), ("OPTIONS", .options),
    ]

    private static func header(_ name: String, _ matcher: JSONValue) -> JSONValue {
        ["header": ["name": .string(name), "string_match": matcher]]
    }
}

extension PathPattern {
    /// The matchers of which one is enough; one trailing slash is ignored.
    fileprivate var envoyMatchers: [JSONValue] {
        if let expression = self.envoyExpression {
            return [["safe_regex": ["regex": .string(expression)]]]
        }
        let path = String(PathPattern(self.segments).description.dropFirst())
        guard !path.isEmpty else {
            return [self.coversDescendants ? ["prefix": "/"] : ["exact": "/"]]
        }
        let below = JSONValue.string("/\(path)/")
        return [
            ["exact": .string("/\(path)")],
            self.coversDescendants ? ["prefix": below] : ["exact": below],
        ]
    }

    /// The expression of a pattern with `*`; nil of any other, which needs none.
    var envoyExpression: String? {
        guard self.segments.contains(.any) else { return nil }
        let segments = self.segments.map { segment in
            switch segment {
            case .literal(let text): "/" + text.escaped
            case .any: "/[^/]+"
            }
        }.joined()
        return self.coversDescendants ? "\(segments)(/.*)?" : "\(segments)/?"
    }
}

extension HostPattern {
    fileprivate var envoyMatcher: JSONValue {
        switch self {
        case .exact(let host): ["exact": .string(host), "ignore_case": true]
        case .subdomains(of: let suffix): ["suffix": .string(".\(suffix)"), "ignore_case": true]
        }
    }
}

extension String {
    /// The text with everything quoted that an expression of RE2 could read otherwise.
    fileprivate var escaped: String {
        self.map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? "\($0)" : "\\\($0)" }
            .joined()
    }
}

/// `and`, `or` and `not`, which RBAC spells differently for permissions and principals.
enum EnvoyLogic {
    enum Side {
        case permission
        case principal
    }

    static func all(_ parts: [JSONValue], in side: Side) -> JSONValue {
        guard parts.count != 1 else { return parts[0] }
        return switch side {
        case .permission: ["and_rules": ["rules": .array(parts)]]
        case .principal: ["and_ids": ["ids": .array(parts)]]
        }
    }

    static func any(_ parts: [JSONValue], in side: Side) -> JSONValue {
        guard parts.count != 1 else { return parts[0] }
        return switch side {
        case .permission: ["or_rules": ["rules": .array(parts)]]
        case .principal: ["or_ids": ["ids": .array(parts)]]
        }
    }

    static func not(_ part: JSONValue, in side: Side) -> JSONValue {
        switch side {
        case .permission: ["not_rule": part]
        case .principal: ["not_id": part]
        }
    }
}
