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
        let run = try await DryRunSetup.load(
            self.options,
            readsTokens: self.options.token != nil,
            format: self.format
        )
        let sample = try self.options.sample()
        let result = run.result(of: sample)
        let explanation = run.explanation(of: sample)
        switch self.format {
        case .json:
            var object = result.json(id: nil)
            object["explanation"] = explanation.map(\.json) ?? .null
            try Console.write(JSONValue.object(object).serialized(pretty: true) + "\n")
        case .text:
            try Console.write(result.text() + "\n")
            if let explanation { try Console.write("\n\(explanation.text)\n") }
        }
        if result.outcome != .allow { throw ExitStatus.refused.exit }
    }
}

extension Explanation {
    /// The explanation as programs read it.
    fileprivate var json: JSONValue {
        [
            "admission": .string(self.admission.rawValue),
            "page": self.pageRemedy.map { .string($0.word) } ?? .null,
            "policies": .array(self.policies.map(\.json)),
            "facts": .array(
                self.facts.map { ["name": .string($0.name), "value": .string($0.value)] }
            ),
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
