internal import JSON
internal import PolicyDSL

// What `DocumentNode` reads, written.
extension SyntaxTree.Item {
    var json: JSONValue {
        switch self {
        case .pages(let pages):
            tagged("item", ItemKind.pages, ["pages": .array(pages.map(\.value.json))])
        case .define(let define):
            tagged(
                "item",
                ItemKind.define,
                [
                    "name": .string(define.name.value), "kind": .string(define.kind.rawValue),
                    "members": strings(define.members),
                ]
            )
        case .admit(let admit):
            tagged(
                "item",
                ItemKind.admit,
                ["classes": words(admit.classes), "to": admit.routes.map { .object($0.members) }]
            )
        case .policy(let policy):
            tagged(
                "item",
                ItemKind.policy,
                [
                    "name": .string(policy.name.value),
                    "title": (policy.title?.value).map(JSONValue.string),
                    "clauses": .array(policy.clauses.map(\.value.json)),
                ]
            )
        case .test(let test):
            tagged(
                "item",
                ItemKind.test,
                [
                    "title": .string(test.title.value),
                    "parts": .array(test.parts.map(\.value.json)),
                ]
            )
        }
    }
}

extension PageSyntax {
    fileprivate var json: JSONValue {
        .object(
            object([
                "page": .string(self.kind.value.rawValue), "target": .string(self.target.value),
                "with": self.companions.isEmpty ? nil : strings(self.companions),
            ])
        )
    }
}

extension RoutesSyntax {
    fileprivate var members: JSONObject {
        object([
            "verbs": self.verbs.isEmpty ? nil : words(self.verbs),
            "paths": self.paths.isEmpty ? nil : strings(self.paths),
            "hosts": self.hosts.isEmpty ? nil : strings(self.hosts),
        ])
    }
}

extension ClauseSyntax {
    fileprivate var json: JSONValue {
        switch self {
        case .subject(let subject, let exception):
            tagged(
                "clause",
                ClauseKind.subject,
                ["subject": subject.json, "except": exception?.json]
            )
        case .on(let routes): tagged("clause", ClauseKind.on, routes.members)
        case .require(let demand):
            tagged("clause", ClauseKind.require, ["demand": demand.value.json])
        case .deny: tagged("clause", ClauseKind.deny)
        case .otherwiseDeny: tagged("clause", ClauseKind.otherwiseDeny)
        case .period(let from, let until):
            tagged(
                "clause",
                ClauseKind.from,
                [
                    "from": .string(from.value.text),
                    "until": (until?.value.text).map(JSONValue.string),
                ]
            )
        case .grace(let period, let anchor):
            tagged(
                "clause",
                ClauseKind.grace,
                ["period": period.value.json, "after": .string(anchor.rawValue)]
            )
        case .enforce: tagged("clause", ClauseKind.enforce)
        case .monitor(let since):
            tagged("clause", ClauseKind.monitor, ["since": .string(since.value.text)])
        case .because(let text):
            tagged("clause", ClauseKind.because, ["text": .string(text.value)])
        }
    }
}

extension SubjectSyntax {
    fileprivate var json: JSONValue {
        .object(
            object([
                "classes": words(self.classes),
                "filters": self.filters.isEmpty ? nil : .array(self.filters.map(\.value.json)),
            ])
        )
    }
}

extension FilterSyntax {
    fileprivate var json: JSONValue {
        switch self {
        case .createdBefore(let instant):
            tagged("filter", FilterKind.createdBefore, ["instant": .string(instant.value.text)])
        case .createdOnOrAfter(let instant):
            tagged("filter", FilterKind.createdOnOrAfter, ["instant": .string(instant.value.text)])
        case .verified(let count, let type):
            tagged(
                "filter",
                FilterKind.verified,
                [
                    "none": count == .no ? true : nil, "at_least": count.least,
                    "factor": (type?.rawValue).map(JSONValue.string),
                ]
            )
        case .role(let roles): tagged("filter", FilterKind.role, ["values": strings(roles)])
        case .id(let ids): tagged("filter", FilterKind.id, ["values": strings(ids)])
        case .claim(let path, let values):
            tagged(
                "filter",
                FilterKind.claim,
                ["path": path.value.json, "values": strings(values)]
            )
        }
    }
}

extension VerifiedCount {
    fileprivate var least: JSONValue? {
        switch self {
        case .no, .a: nil
        case .atLeast(let number): .integer(Int64(number.value))
        }
    }
}

extension DemandSyntax {
    fileprivate var json: JSONValue {
        switch self {
        case .all(let parts):
            tagged("demand", DemandKind.and, ["parts": .array(parts.map(\.value.json))])
        case .any(let parts):
            tagged("demand", DemandKind.or, ["parts": .array(parts.map(\.value.json))])
        case .bracketed(let inner):
            tagged("demand", DemandKind.brackets, ["inner": inner.value.json])
        case .secondLevel(let isConfirmed, let within):
            tagged(
                "demand",
                DemandKind.secondLevel,
                ["confirmed": isConfirmed ? true : nil, "within": within?.value.json]
            )
        case .signIn(let within):
            tagged("demand", DemandKind.signIn, ["within": within.value.json])
        case .methods(let list, let within):
            tagged(
                "demand",
                DemandKind.methods,
                [
                    "of": (list.quantifier?.rawValue).map(JSONValue.string),
                    "members": strings(list.members),
                    "except": list.exceptions.isEmpty ? nil : strings(list.exceptions),
                    "within": within?.value.json,
                ]
            )
        }
    }
}

extension TestSyntax.Part {
    fileprivate var json: JSONValue {
        switch self {
        case .at(let instant):
            tagged("part", TestPartKind.at, ["instant": .string(instant.value.text)])
        case .given(let facts):
            tagged("part", TestPartKind.given, ["facts": .array(facts.map(\.value.json))])
        case .when(let method, let path, let host):
            tagged(
                "part",
                TestPartKind.when,
                [
                    "method": .string(method.value), "path": .string(path.value),
                    "host": (host?.value).map(JSONValue.string),
                ]
            )
        case .example(let facts, let verdict):
            tagged(
                "part",
                TestPartKind.example,
                ["facts": .array(facts.map(\.value.json)), "then": verdict.value.json]
            )
        case .then(let verdict):
            tagged("part", TestPartKind.then, ["then": verdict.value.json])
        }
    }
}

extension VerdictSyntax {
    fileprivate var json: JSONValue {
        .object(
            object([
                "outcome": .string(self.outcome.value.word),
                "because": self.policies.isEmpty ? nil : strings(self.policies),
            ])
        )
    }
}

extension FactSyntax {
    fileprivate var json: JSONValue {
        var members = object(["lead": (self.lead?.rawValue).map(JSONValue.string)])
        guard let statement = self.statement else { return .object(members) }
        let (kind, rest) = statement.parts
        members["fact"] = .string(kind.rawValue)
        for member in object(rest) { members[member.name] = member.value }
        return .object(members)
    }
}

extension FactSyntax.Statement {
    fileprivate var parts: (FactKind, KeyValuePairs<String, JSONValue?>) {
        switch self {
        case .noToken: (.noToken, [:])
        case .unknownUser: (.unknownUser, [:])
        case .guest: (.guest, [:])
        case .service(let name): (.service, ["value": (name?.value).map(JSONValue.string)])
        case .created(let instant): (.created, ["instant": .string(instant.value.text)])
        case .noFactors: (.noFactors, [:])
        case .factors(let types): (.factors, ["factors": words(types)])
        case .level(.aal1): (.aal1, [:])
        case .level(.aal2): (.aal2, [:])
        case .method(let method, let ago):
            (.method, ["method": .string(method.value.word), "ago": ago?.value.json])
        case .role(let role): (.role, ["value": .string(role.value)])
        case .id(let id): (.id, ["value": .string(id.value)])
        case .claim(let path, let value):
            (.claim, ["path": path.value.json, "value": .string(value.value)])
        }
    }
}

extension DurationSyntax {
    fileprivate var json: JSONValue {
        ["amount": .integer(Int64(self.amount)), "unit": .string(self.unit.rawValue)]
    }
}

extension ClaimPath {
    fileprivate var json: JSONValue { .array(self.segments.map(JSONValue.string)) }
}

/// An object in the order that is given; a document has no nulls, and leaves such members out.
private func object(_ members: KeyValuePairs<String, JSONValue?>) -> JSONObject {
    var object = JSONObject()
    for case (let name, let value?) in members where !value.isNull { object[name] = value }
    return object
}

private func tagged<Kind: RawRepresentable<String>>(
    _ name: String,
    _ kind: Kind,
    _ members: KeyValuePairs<String, JSONValue?> = [:]
) -> JSONValue {
    tagged(name, kind, object(members))
}

private func tagged<Kind: RawRepresentable<String>>(
    _ name: String,
    _ kind: Kind,
    _ members: JSONObject
) -> JSONValue {
    var tagged: JSONObject = [name: .string(kind.rawValue)]
    for member in members { tagged[member.name] = member.value }
    return .object(tagged)
}

private func strings(_ values: [Spanned<String>]) -> JSONValue {
    .array(values.map { .string($0.value) })
}

private func words<Word: RawRepresentable<String>>(_ values: [Spanned<Word>]) -> JSONValue {
    .array(values.map { .string($0.value.rawValue) })
}
