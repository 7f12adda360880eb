internal import ArgumentParser
internal import JSON
internal import PolicyDSL

/// `gatekeeper explain`: one decision, part by part.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Shows how one decision came about, and what would change it.",
        discussion: "Takes the flags of `check`."
    )

    @OptionGroup var options: CheckOptions

    @Option(help: "text or json.")
    var format: ResultFormat = .text

    func run() async throws {
        try await DryRunSetup.with(
            self.options,
            readsTokens: self.options.token != nil,
            format: self.format
        ) { run, live in
            let sample = try await live.completed(try self.options.sample(), of: run)
            let result = run.result(of: sample)
            try self.write(result, run.explanation(of: sample), origin: sample.factOrigin)
            if result.outcome != .allow { throw ExitStatus.refused.exit }
        }
    }

    private func write(
        _ result: CheckResult,
        _ explanation: Explanation?,
        origin: FactOrigin?
    ) throws {
        switch self.format {
        case .json:
            var object = result.json(id: nil)
            object["explanation"] = explanation?.json(origin) ?? .null
            try Console.write(JSONValue.object(object).serialized(pretty: true) + "\n")
        case .text:
            try Console.write(result.text() + "\n")
            if let explanation {
                try Console.write("\n\(explanation.naming(origin).text)\n")
            }
        }
    }
}

extension Explanation.FactUsed {
    /// Whether the directory said it; the token said all the rest.
    fileprivate var isOfDirectory: Bool { ["created", "factors", "directory"].contains(self.name) }

    fileprivate func json(_ origin: FactOrigin?) -> JSONValue {
        var members: JSONObject = ["name": .string(self.name), "value": .string(self.value)]
        if self.isOfDirectory {
            members["source"] = origin?.json.source ?? .null
            members["age_seconds"] = origin?.json.age ?? .null
        } else {
            members["source"] = "token"
        }
        return .object(members)
    }
}

extension Explanation {
    /// The explanation with where the directory's facts are from.
    fileprivate func naming(_ origin: FactOrigin?) -> Explanation {
        var named = self
        for index in named.facts.indices where named.facts[index].isOfDirectory {
            let place = origin.map(\.description) ?? "nobody was asked"
            named.facts[index].value += "  (\(place))"
        }
        return named
    }

    /// The explanation as programs read it.
    fileprivate func json(_ origin: FactOrigin?) -> JSONValue {
        [
            "admission": .string(self.admission.rawValue),
            "page": self.pageRemedy.map { .string($0.word) } ?? .null,
            "policies": .array(self.policies.map(\.json)),
            "facts": .array(self.facts.map { $0.json(origin) }),
            "steps": self.steps.map { steps in
                .array(steps.map { .string($0.description) })
            } ?? .null,
        ]
    }
}

extension Explanation.PolicyPart {
    fileprivate var json: JSONValue {
        [
            "policy": .string(self.name),
            "applies": .string(self.applies.rawValue),
            "enforced": .bool(self.isEnforced),
            "decides": .bool(self.decides),
            "because": self.because.map(JSONValue.string) ?? .null,
            "parts": .array(self.parts.map(\.json)),
        ]
    }
}

extension Explanation.Part {
    fileprivate var json: JSONValue {
        [
            "text": .string(self.text),
            "match": .string(self.match.rawValue),
            "remedy": self.remedy.map { .string($0.word) } ?? .null,
            "reason": self.reason.map { .string($0.rawValue) } ?? .null,
        ]
    }
}
