internal import JSON
internal import PolicyDSL

/// Callers as RBAC principals, told by the claims that `jwt_authn` leaves in the metadata.
enum EnvoyPrincipal {
    /// Whoever is of one of the classes.
    static func classes(_ classes: ClassSet) -> JSONValue {
        guard classes != .anyone else { return ["any": true] }
        let members = SubjectClass.allCases.filter { classes.contains($0) }
        return Self.any(members.map(Self.member))
    }

    /// Whoever the policy names and does not let pass.
    static func stopped(by policy: Policy) -> JSONValue {
        var parts = [Self.subject(policy.subject)]
        if let exception = policy.exception { parts.append(Self.not(Self.subject(exception))) }
        if case .require(let demands, _) = policy.rule {
            parts.append(Self.not(Self.all(demands.map(Self.demand))))
        }
        return Self.all(parts)
    }

    /// A token that would be refused on every route, for claims that nobody should believe.
    static var oddToken: JSONValue {
        let level = Self.all([
            Self.claim(["aal"], Self.anything), Self.not(Self.claim(["aal"], Self.text("aal1"))),
            Self.not(Self.claim(["aal"], Self.text("aal2"))),
        ])
        let anonymity = Self.all([
            Self.not(Self.service), Self.claim(["is_anonymous"], Self.anything),
            Self.not(Self.claim(["is_anonymous"], ["bool_match": true])),
            Self.not(Self.claim(["is_anonymous"], ["bool_match": false])),
        ])
        let names = ["sub", "session_id"].map { name in
            Self.all([
                Self.claim([name], Self.anything),
                Self.not(Self.claim([name], Self.expression("[!-~]+"))),
            ])
        }
        return Self.all([Self.bearer, Self.any([level, anonymity] + names)])
    }
}

// Classes.
extension EnvoyPrincipal {
    private static func member(_ subjectClass: SubjectClass) -> JSONValue {
        switch subjectClass {
        case .visitor: Self.not(Self.bearer)
        case .service: Self.service
        case .guest: Self.all([Self.bearer, Self.not(Self.service), Self.anonymous])
        case .user: Self.all([Self.bearer, Self.not(Self.service), Self.not(Self.anonymous)])
        }
    }

    /// Whoever brings a token that is somebody's; an API key is nobody's.
    private static var bearer: JSONValue {
        Self.all([
            Self.claim([], Self.anything), Self.not(Self.claim(["role"], Self.text("anon"))),
        ])
    }

    private static var service: JSONValue { Self.claim(["role"], Self.text("service_role")) }

    private static var anonymous: JSONValue { Self.claim(["is_anonymous"], ["bool_match": true]) }
}

extension EnvoyPrincipal {
    private static func subject(_ subject: Subject) -> JSONValue {
        guard !subject.filters.isEmpty else { return Self.classes(subject.classes) }
        return Self.all(
            [Self.classes(subject.classes), Self.bearer] + subject.filters.map(Self.filter)
        )
    }

    private static func filter(_ filter: Subject.Filter) -> JSONValue {
        switch filter {
        case .role(let roles): Self.any(roles.map { Self.claim(["role"], Self.text($0)) })
        case .id(let ids): Self.holds(["sub"], ids)
        case .claim(let path, let values): Self.holds(path.segments, values)
        // Refused before: no token carries them.
        case .createdBefore, .createdOnOrAfter, .noVerified, .verified: ["any": true]
        }
    }

    private static func holds(_ path: [String], _ values: [String]) -> JSONValue {
        Self.any(
            values.flatMap { value in
                [
                    Self.claim(path, Self.text(value)),
                    Self.claim(path, ["list_match": ["one_of": Self.text(value)]]),
                ]
            }
        )
    }

    private static func demand(_ demand: Demand) -> JSONValue {
        switch demand {
        case .secondLevel: Self.all([Self.bearer, Self.claim(["aal"], Self.text("aal2"))])
        case .all(let parts): Self.all(parts.map(Self.demand))
        case .any(let parts): Self.any(parts.map(Self.demand))
        // Refused before: nobody meets them here.
        case .signIn, .methods: Self.not(["any": true])
        }
    }
}

// The shapes of the configuration.
extension EnvoyPrincipal {
    private static let anything: JSONValue = ["present_match": true]

    private static func text(_ text: String) -> JSONValue {
        ["string_match": ["exact": .string(text)]]
    }

    private static func expression(_ expression: String) -> JSONValue {
        ["string_match": ["safe_regex": ["regex": .string(expression)]]]
    }

    private static func claim(_ path: [String], _ value: JSONValue) -> JSONValue {
        let keys = (["jwt"] + path).map { JSONValue.object(["key": .string($0)]) }
        let matcher: JSONValue = [
            "filter": "envoy.filters.http.jwt_authn", "path": .array(keys), "value": value,
        ]
        return ["sourced_metadata": ["metadata_matcher": matcher]]
    }

    private static func all(_ parts: [JSONValue]) -> JSONValue {
        EnvoyLogic.all(parts, in: .principal)
    }

    private static func any(_ parts: [JSONValue]) -> JSONValue {
        EnvoyLogic.any(parts, in: .principal)
    }

    private static func not(_ part: JSONValue) -> JSONValue {
        EnvoyLogic.not(part, in: .principal)
    }
}
