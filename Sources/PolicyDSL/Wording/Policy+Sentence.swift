// Policies in plain words, for people who have to know them and do not write them.
extension Policy {
    /// The whole policy as one or more sentences.
    package var sentence: String {
        let start = self.periodWords.map { "\($0), " } ?? ""
        let exception = self.exception.map { ", except \($0.plainWords)," } ?? ""
        let main = "\(start)\(self.subject.plainWords)\(exception) \(self.ruleWords) \(self.place)."
        return ([main.capitalizedFirst] + self.consequences).joined(separator: " ")
    }

    /// Where the policy stands: `on every route`, or its routes one after the other.
    package var place: String {
        guard !self.routes.isEmpty else { return "on every route" }
        return self.routes.map(\.plainWords).joinedInWords(by: "or")
    }

    private var ruleWords: String {
        switch self.rule {
        case .deny: "are refused"
        case .require(let demands, _): "need " + demands.map(\.plainWords).joinedInWords(by: "and")
        }
    }

    private var periodWords: String? {
        switch (self.from, self.until) {
        case (let from?, let until?): "from \(from) until \(until)"
        case (let from?, nil): "from \(from) on"
        case (nil, let until?): "until \(until)"
        case (nil, nil): nil
        }
    }

    private var consequences: [String] {
        var sentences: [String] = []
        if let grace = self.grace {
            let anchor = grace.anchor == .start ? "the policy begins" : "the account was made"
            sentences.append(
                "Who still has to set up a factor is let through until \(grace.period) after \(anchor)."
            )
        }
        if case .require(_, otherwiseDeny: true) = self.rule {
            sentences.append("Whoever lacks that is refused, and sent to no page.")
        }
        if case .monitor(let since) = self.mode {
            sentences.append("This is watched since \(since) and not enforced.")
        }
        return sentences
    }
}

extension Admit {
    /// Who may come in, and where.
    package var sentence: String {
        let place = self.route.map(\.plainWords) ?? "everywhere"
        return "\(self.classes.plainWords.capitalizedFirst) may come in \(place)."
    }
}

extension ClassSet {
    package var plainWords: String {
        guard self != .anyone else { return "all callers, signed in or not" }
        let words: [(String, ClassSet)] = [
            ("visitors (not signed in)", .visitors), ("guests (anonymous accounts)", .guests),
            ("users", .users), ("services (no person)", .services),
        ]
        return words.filter { self.contains($0.1) }.map(\.0).joinedInWords(by: "and")
    }
}

extension Subject {
    package var plainWords: String {
        ([self.classes.plainWords] + self.filters.map(\.plainWords)).joined(separator: " ")
    }
}

extension Subject.Filter {
    fileprivate var plainWords: String {
        switch self {
        case .createdBefore(let limit): "whose account was made before \(limit)"
        case .createdOnOrAfter(let limit): "whose account was made on or after \(limit)"
        case .noVerified(let type): "with no verified \(type.plainWords)"
        case .verified(1, let type): "with a verified \(type.plainWords)"
        case .verified(let least, let type): "with at least \(least) verified \(type.plainWords)s"
        case .role(let roles): "whose role is \(roles.quotedInWords)"
        case .id(let ids): "whose id is \(ids.quotedInWords)"
        case .claim(let path, let values): "whose claim `\(path)` is \(values.quotedInWords)"
        }
    }
}

extension FactorType? {
    fileprivate var plainWords: String {
        switch self {
        case nil: "factor"
        case .totp: "authenticator app"
        case .phone: "phone"
        case .webauthn: "security key"
        }
    }
}

extension RouteMatcher {
    package var plainWords: String {
        let paths = self.paths.isEmpty ? "any path" : self.paths.map(\.text).joinedInWords(by: "or")
        let hosts = self.hosts.map { "`\($0)`" }
        let host = hosts.isEmpty ? "" : " at " + hosts.joinedInWords(by: "or")
        return "\(self.verbs.plainWords) \(paths)\(host)"
    }
}

extension PathPattern {
    fileprivate var text: String { "`\(self.description)`" }
}

extension VerbSet {
    fileprivate var plainWords: String {
        if self == .any { return "on" }
        if self == .reads { return "when reading" }
        if self == .writes { return "when writing to" }
        return "with \(self.description) on"
    }
}

extension Demand {
    package var plainWords: String {
        switch self {
        case .secondLevel(let isConfirmed, let within):
            "the second level (aal2)"
                + within.plainWords
                + (isConfirmed ? " confirmed by a factor that the directory still knows" : "")
        case .signIn(let within): "a sign-in" + (within as Period?).plainWords
        case .methods(let list): list.plainWords
        case .all(let parts): parts.map(\.bracketed).joined(separator: " and ")
        case .any(let parts): parts.map(\.bracketed).joined(separator: " or ")
        }
    }

    private var bracketed: String {
        switch self {
        case .secondLevel, .signIn, .methods: self.plainWords
        case .all, .any: "(\(self.plainWords))"
        }
    }
}

extension MethodDemand {
    fileprivate var plainWords: String {
        let words = self.methods.methods.map(\.plainWords)
        let joint = self.quantifier == .all ? "and" : "or"
        return "a proof by \(words.joinedInWords(by: joint))" + self.within.plainWords
    }
}

extension AuthenticationMethod {
    /// The method as one would name it to its users.
    package var plainWords: String {
        switch self {
        case .password: "password"
        case .otp: "one-time code by e-mail or text message"
        case .magiclink: "link in an e-mail"
        case .oauth: "another provider"
        case .saml: "the company's sign-in"
        case .passkey: "passkey"
        case .web3: "wallet"
        case .recovery: "recovery link"
        case .invite: "invitation"
        case .totp: "authenticator app"
        case .sms: "code sent to a phone"
        case .webauthn: "security key"
        }
    }
}

extension Period? {
    fileprivate var plainWords: String { self.map { " from the last \($0)" } ?? "" }
}

extension [String] {
    /// `a`, `a or b`, `a, b or c`.
    package func joinedInWords(by joint: String) -> String {
        guard let last = self.last, self.count > 1 else { return self.first ?? "" }
        return "\(self.dropLast().joined(separator: ", ")) \(joint) \(last)"
    }

    fileprivate var quotedInWords: String {
        self.map { "\"\($0)\"" }.joinedInWords(by: "or")
    }
}

extension String {
    fileprivate var capitalizedFirst: String {
        self.prefix(1).uppercased() + self.dropFirst()
    }
}
