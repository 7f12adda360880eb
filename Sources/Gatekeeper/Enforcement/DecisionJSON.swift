internal import JSON
internal import PolicyDSL

// One spelling of callers and decisions for `check`, `explain`, `replay` and the decision log.

extension Caller {
    /// Who asks, as results and records show it.
    ///
    /// `next_aal` is the level the session could reach: `null` where the directory is silent.
    func json(directory: DirectoryAnswer) -> JSONObject {
        let methods = self.methods.map { entry in
            JSONValue.object([
                "method": .string(entry.word),
                "at": entry.at.map { .string($0.description) } ?? .null,
            ])
        }
        return [
            "class": .string(self.principal.subjectClass.word),
            "id": self.subject.map(JSONValue.string) ?? .null,
            "aal": .string(self.principal.assurance.word),
            "next_aal": Self.nextLevel(directory).map { .string($0.word) } ?? .null,
            "methods": .array(methods),
        ]
    }

    private static func nextLevel(_ directory: DirectoryAnswer) -> AssuranceLevel? {
        guard case .known(let facts) = directory, case .known(let factors) = facts.factors else {
            return nil
        }
        return factors.isEmpty ? .aal1 : .aal2
    }
}

extension AssuranceLevel {
    /// The word of tokens, headers and records.
    var word: String {
        switch self {
        case .aal1: "aal1"
        case .aal2: "aal2"
        }
    }
}

extension Entry {
    var json: JSONValue {
        [
            "policy": self.policy.map(JSONValue.string) ?? .null,
            "demand": self.demand.map(JSONValue.string) ?? .null,
            "remedy": .string(self.remedy.word),
            "reason": .string(self.reason.rawValue),
            "using": .array(self.using.words.map(JSONValue.string)),
            "certainty": .string(self.certainty.rawValue),
        ]
    }
}

extension Denial {
    /// The entry of a refusal that no policy asked for.
    var json: JSONValue {
        [
            "policy": .null,
            "demand": .null,
            "remedy": .string(self.outcome.word),
            "reason": .string(self.reason),
            "using": [],
            "certainty": .string(Certainty.definite.rawValue),
        ]
    }
}

extension Advice {
    var json: JSONValue {
        switch self {
        case .enrollBy(let deadline, let policy):
            [
                "advice": "enroll-by",
                "at": .string(deadline.description),
                "policy": .string(policy),
            ]
        }
    }
}
