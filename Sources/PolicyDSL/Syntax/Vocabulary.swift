/// The words of the grammar, and the words people write in their place.
enum Vocabulary {
    static let items = ["pages", "define", "admit", "policy", "test"]

    static let clauses = [
        "for", "on", "require", "deny", "from", "grace", "mode", "because", "otherwise",
    ]

    static let testParts = ["at", "given", "when", "case", "then"]

    static let methodSets = ["first-factor", "second-factor", "phishing-resistant"]

    static let methods = AuthenticationMethod.allCases.map(\.word)

    /// Every word that names methods by itself.
    static let demandNames = Set(methods + methodSets)

    /// Words that no define may take, since they already mean something.
    static let reserved: Set<String> = Set(
        items + clauses + testParts + methodSets + methods
            + ClassWord.allCases.map(\.rawValue) + VerbWord.allCases.map(\.rawValue)
            + DurationSyntax.Unit.allCases.map(\.rawValue)
            + PageSyntax.Kind.allCases.map(\.rawValue)
            + DefineSyntax.Kind.allCases.map(\.rawValue) + Outcome.allCases.map(\.word)
            + GraceAnchor.allCases.map(\.rawValue) + FactorType.allCases.map(\.rawValue)
            + [
                "gatekeeper", "builtin", "to", "except", "until", "after", "before", "or", "and",
                "enforce", "monitor", "since", "created", "with", "no", "a", "least", "verified",
                "factor", "role", "id", "claim", "aal1", "aal2", "confirmed", "one", "of", "all",
                "within", "user", "token", "unknown", "guest", "service", "ago", "localhost",
            ]
    )

    /// The words among `expected` that were probably meant, the likeliest first: those spelled
    /// nearly so, and those that stand where other languages use this one.
    static func meanings(of word: String, among expected: [String]) -> [String] {
        let typed = word.lowercased()
        if expected.contains(typed), typed != word { return [typed] }
        let known = Self.synonyms.filter { expected.contains($0.0) }
        if let exact = known.first(where: { $0.1.contains(typed) }) { return [exact.0] }
        let near = Spelling.nearest(to: typed, among: expected)
        if !near.isEmpty { return near }
        let nearSynonym = known.first { !Spelling.nearest(to: typed, among: $0.1).isEmpty }
        return nearSynonym.map { [$0.0] } ?? []
    }

    /// The likeliest of `meanings(of:among:)`.
    static func meaning(of word: String, among expected: [String]) -> String? {
        Self.meanings(of: word, among: expected).first
    }

    private static let synonyms: [(String, [String])] = [
        ("on", ["resource", "resources", "path", "paths", "route", "routes", "where", "url"]),
        ("for", ["who", "subject", "subjects", "principal", "applies"]),
        ("require", ["requires", "must", "needs", "demand", "demands", "ensure"]),
        ("deny", ["forbid", "block", "reject", "refuse", "disallow"]),
        ("because", ["reason", "message", "description", "note"]),
        ("from", ["since", "starts", "start", "begins", "valid"]),
        ("admit", ["allow", "permit", "grant"]),
        ("policy", ["rule", "policies"]),
        ("define", ["let", "set", "const", "alias", "group"]),
        ("except", ["unless", "excluding", "but", "without"]),
        ("aal2", ["mfa", "2fa", "aal3", "aal"]),
        ("users", ["user", "authenticated", "members"]),
        ("visitors", ["visitor", "anonymous", "public"]),
        ("guests", ["guest"]),
        ("services", ["service", "machines", "robots"]),
        ("anyone", ["everyone", "everybody", "all"]),
        ("reads", ["read"]),
        ("writes", ["write"]),
        ("unauthenticated", ["unauthorized", "login"]),
        ("deny", ["denied", "forbidden"]),
        ("allow", ["allowed", "ok", "pass"]),
        ("step-up", ["stepup", "mfa"]),
        ("sign-in", ["signin", "login", "reauthenticate"]),
        ("phone", ["sms"]),
        ("sms", ["phone"]),
        ("seconds", ["s", "secs"]),
        ("second", ["sec"]),
        ("minutes", ["m", "mins"]),
        ("minute", ["min"]),
        ("hours", ["h", "hrs"]),
        ("days", ["d", "week", "weeks", "month", "months"]),
    ]

    /// The clause that a word belongs to when it is found standing alone.
    static func owner(of word: String) -> String? {
        switch word {
        case "except", "created", "with": "for"
        case "until": "from"
        case "within", "confirmed", "and", "or", "one", "all": "require"
        case "at", "reads", "writes", "any": "on"
        case "monitor", "enforce", "since": "mode"
        case "after": "grace"
        default: nil
        }
    }
}
