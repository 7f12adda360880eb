// GK207 to GK210: what demands let pass, and whom they do not.
extension LintSubject {
    /// GK207: a text message is the weakest second factor.
    var smsOnSensitivePaths: [Finding] {
        self.sensitivePolicies.flatMap { written, path in
            zip(written.demands, written.policy.rule.demands).compactMap { syntax, demand in
                guard demand.isMet(bySMSAlone: true), !demand.isMet(bySMSAlone: false) else {
                    return nil
                }
                return Finding(
                    Diagnostic(
                        .smsOnSensitivePath,
                        severity: .warning,
                        at: syntax.span,
                        "a text message is enough on the sensitive path `\(path)`",
                        help: "say `second-factor except sms`"
                    ),
                    witness: self.witness(for: written, path, proving: .sms)
                )
            }
        }
    }

    /// GK208: a token stays `aal2` after its factor was taken away.
    var unconfirmedOnSensitivePaths: [Finding] {
        self.sensitivePolicies.flatMap { written, path in
            zip(written.demands, written.policy.rule.demands).compactMap { syntax, demand in
                guard demand.hasUnconfirmedLevel else { return nil }
                return Finding(
                    Diagnostic(
                        .unconfirmedOnSensitivePath,
                        severity: .warning,
                        at: syntax.span,
                        "`aal2` without `confirmed` on the sensitive path `\(path)`",
                        help: "`aal2 confirmed` also asks the directory whether a factor is left"
                    ),
                    witness: self.witness(for: written, path, proving: .totp)
                )
            }
        }
    }

    /// The living policies that name a sensitive path, with the first such path.
    private var sensitivePolicies: [(WrittenPolicy, PathPattern)] {
        self.policies.compactMap { written in
            guard written.isAlive(at: self.now),
                let path = written.policy.routes.lazy.flatMap(\.paths).first(
                    where: self.isSensitive
                )
            else { return nil }
            return (written, path)
        }
    }

    private func isSensitive(_ path: PathPattern) -> Bool {
        path.segments.contains { segment in
            switch segment {
            case .any: false
            case .literal(let literal): self.options.sensitiveSegments.contains(literal)
            }
        }
    }

    /// A session that passes the demand although it should not be enough.
    private func witness(
        for written: WrittenPolicy,
        _ path: PathPattern,
        proving method: AuthenticationMethod
    ) -> Witness {
        let route = written.policy.routes.first { $0.paths.contains(path) }
        let isRead = route.map { $0.verbs.contains(.get) } ?? true
        let host: Fact<String> =
            switch route?.hosts.first {
            case .exact(let name): .known(name)
            case .subdomains(of: let suffix): .known("www.\(suffix)")
            case nil: .unknown
            }
        var principal = Principal(
            .user,
            assurance: .aal2,
            signInAt: self.now,
            hasMethodEntries: true,
            hasTimedEntries: true
        )
        principal.proofs.insert(.password, at: self.now)
        principal.proofs.insert(method, at: self.now)
        return Witness(
            AccessRequest(method: isRead ? "GET" : "POST", path: path.example, host: host),
            Session(principal: principal, directory: .known(.none), now: self.now)
        )
    }

    /// GK209: nobody types a code in under a minute, and no session is older than its life.
    var oddRecencies: [Finding] {
        self.policies.flatMap { written in
            written.demands.flatMap { $0.value.recencies }.compactMap { recency -> Finding? in
                let period = recency.value.period
                let isShort = period < Period(seconds: 60)
                guard isShort || period > self.options.sessionLife else { return nil }
                return Finding(
                    Diagnostic(
                        .oddRecency,
                        severity: .warning,
                        at: recency.span,
                        isShort
                            ? "`within \(period)` leaves no time for the request that follows"
                            : "`within \(period)` is longer than a session lasts",
                        help: isShort
                            ? "a minute is the least that works for people"
                            : "sessions last \(self.options.sessionLife) at most"
                    )
                )
            }
        }
    }

    /// GK210: users of passkeys, links and providers have no password to prove.
    var passwordDemands: [Finding] {
        self.policies.flatMap { written in
            zip(written.demands, written.policy.rule.demands).compactMap { syntax, demand in
                guard demand.needsPassword else { return nil }
                return Finding(
                    Diagnostic(
                        .onlyPassword,
                        severity: .warning,
                        at: syntax.span,
                        "only users with a password can meet this",
                        label: "whoever signs in otherwise is denied",
                        help: "say `first-factor`, or name the other ways to sign in as well"
                    )
                )
            }
        }
    }
}

extension Demand {
    /// Whether every first factor together with a text message, or without one, is enough.
    fileprivate func isMet(bySMSAlone hasSMS: Bool) -> Bool {
        let weak = MethodSet.firstFactor.subtracting([AuthenticationMethod.passkey].set)
        let methods = hasSMS ? weak.union([AuthenticationMethod.sms].set) : weak
        switch self {
        case .secondLevel, .signIn: return true
        case .methods(let list):
            switch list.quantifier {
            case .one: return !list.methods.isDisjoint(with: methods)
            case .all: return list.methods.isSubset(of: methods)
            }
        case .all(let parts): return parts.allSatisfy { $0.isMet(bySMSAlone: hasSMS) }
        case .any(let parts): return parts.contains { $0.isMet(bySMSAlone: hasSMS) }
        }
    }

    fileprivate var hasUnconfirmedLevel: Bool {
        switch self {
        case .secondLevel(let confirmed, _): !confirmed
        case .signIn, .methods: false
        case .all(let parts):
            parts.contains(where: \.hasUnconfirmedLevel) && !parts.contains(where: \.confirms)
        case .any(let parts): parts.contains(where: \.hasUnconfirmedLevel)
        }
    }

    private var confirms: Bool {
        if case .secondLevel(confirmed: true, _) = self { true } else { false }
    }

    fileprivate var needsPassword: Bool {
        let password = [AuthenticationMethod.password].set
        switch self {
        case .secondLevel, .signIn: return false
        case .methods(let list):
            switch list.quantifier {
            case .one: return list.methods == password
            case .all: return list.methods.isSuperset(of: password)
            }
        case .all(let parts): return parts.contains(where: \.needsPassword)
        case .any(let parts): return parts.allSatisfy(\.needsPassword)
        }
    }
}

extension [AuthenticationMethod] {
    fileprivate var set: MethodSet { MethodSet(self) }
}

extension DemandSyntax {
    /// Every `within` of the demand.
    fileprivate var recencies: [Spanned<DurationSyntax>] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.value.recencies)
        case .bracketed(let part): part.value.recencies
        case .secondLevel(_, let within): [within].compactMap(\.self)
        case .signIn(let within): [within]
        case .methods(_, let within): [within].compactMap(\.self)
        }
    }
}
