internal import JSON
internal import PolicyDSL

/// The outcome of one dry run, with everything a reader or a program wants to know of it.
struct CheckResult {
    let request: String
    let revision: String
    let token: TokenStatus
    /// Absent where the token was refused.
    let caller: Caller?
    let directory: DirectoryAnswer
    /// Absent where no policy was asked.
    var decision: Decision?
    private(set) var denial: Denial?
    private(set) var answer: Answer?

    init(
        request: String,
        revision: String,
        token: TokenStatus,
        caller: Caller?,
        directory: DirectoryAnswer
    ) {
        self.request = request
        self.revision = revision
        self.token = token
        self.caller = caller
        self.directory = directory
    }

    mutating func refuse(_ denial: Denial, answer: Answer) {
        self.denial = denial
        self.answer = answer
    }

    var outcome: Outcome { self.denial?.outcome ?? self.decision?.outcome ?? .allow }
}

extension CheckResult {
    /// The result as programs read it; `id` leads where there is one.
    func json(id: JSONValue?) -> JSONObject {
        var object = JSONObject()
        object["id"] = id
        object["outcome"] = .string(self.outcome.word)
        object["revision"] = .string(self.revision)
        object["token"] = [
            "status": .string(self.token.word),
            "code": self.token.code.map(JSONValue.string) ?? .null,
        ]
        object["subject"] =
            self.caller.map { .object($0.json(directory: self.directory)) } ?? .null
        object["enforced"] = .array(self.enforced)
        object["projected"] = self.projection
        object["needs"] = Self.words(self.decision?.needs)
        object["unknown"] = .array(self.unknown.map(JSONValue.string))
        object["advice"] = .array(self.decision?.advice.map(\.json) ?? [])
        object["answer"] = self.answer?.json ?? .null
        return object
    }

    // A refusal that no policy asked for is an entry without a policy.
    private var enforced: [JSONValue] {
        if let decision = self.decision { return decision.enforced.map(\.json) }
        return self.denial.map { [$0.json] } ?? []
    }

    /// The facts that would have mattered and that nobody gave.
    var unknown: [String] {
        guard let decision = self.decision else { return [] }
        let needsHost = decision.enforced.contains { $0.reason == .hostUnknown }
        return decision.unknown.words + (needsHost ? ["host"] : [])
    }

    private var projection: JSONValue {
        guard let projected = self.decision?.projected else {
            return ["outcome": .string(self.outcome.word), "entries": []]
        }
        return [
            "outcome": .string(projected.outcome.word),
            "entries": .array(projected.entries.map(\.json)),
        ]
    }

    private static func words(_ needs: FactNeeds?) -> JSONValue {
        .array((needs?.words ?? []).map(JSONValue.string))
    }
}

extension Answer {
    fileprivate var json: JSONValue {
        [
            "status": .integer(Int64(self.status)),
            "location": self["Location"].map(JSONValue.string) ?? .null,
        ]
    }
}
