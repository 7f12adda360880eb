internal import ArgumentParser
internal import JSON
internal import PolicyDSL

/// `gatekeeper check`: samples in, decisions out, nothing forwarded.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Tries policies on sample tokens and requests.",
        discussion: """
            gatekeeper check --policy p.policy --token t.jwt --jwks keys.json --request "GET /admin"
            gatekeeper check --policy p.policy --claims aal1.json --user ada.json
            gatekeeper check --policy p.policy --tokens samples/ --requests routes.txt
            gatekeeper check --policy p.policy --batch cases.jsonl --format json
            gatekeeper check --config gatekeeper.yaml --token t.jwt --live

            In a folder of samples `NAME.json` is a claims set, any other file a compact JWT, and
            `NAME.user.json` beside it holds the facts of its user.
            """
    )

    @OptionGroup var options: CheckOptions

    @Option(help: "A folder of sample tokens, each tried with every request.")
    var tokens: String?

    @Option(help: "A file of requests, one `METHOD target` a line.")
    var requests: String?

    @Option(help: "A file of JSON Lines, each one case; `-` is standard input.")
    var batch: String?

    @Option(help: "text or json.")
    var format: ResultFormat = .text

    func validate() throws {
        let isMatrix = self.tokens != nil || self.requests != nil
        guard !isMatrix || self.batch == nil else {
            throw ValidationError("--batch stands alone; leave --tokens and --requests out")
        }
        guard self.tokens == nil || (self.options.token == nil && self.options.claims == nil) else {
            throw ValidationError("--tokens stands for --token and --claims; leave those out")
        }
    }

    func run() async throws {
        try await DryRunSetup.with(
            self.options,
            readsTokens: self.options.token != nil || self.tokens != nil || self.batch != nil,
            format: self.format
        ) { run, live in
            if let batch = self.batch {
                let lines = CheckBatch(run: run, live: live, options: self.options)
                try await lines.run(batch, format: self.format)
            } else if self.tokens != nil || self.requests != nil {
                try await self.runMatrix(run, live)
            } else {
                let sample = try await live.completed(try self.options.sample(), of: run)
                let result = run.result(of: sample)
                try Self.write(result, id: nil, heading: nil, format: self.format)
                if result.outcome != .allow { throw ExitStatus.refused.exit }
            }
        }
    }

    private func runMatrix(_ run: DryRun, _ live: LiveDirectory?) async throws {
        let samples = try SampleFolder.samples(self.tokens, options: self.options)
        let requests = try SampleFolder.requests(self.requests, default: self.options.request)
        for sample in samples {
            let completed = try await live.completed(sample.sample, of: run)
            for request in requests {
                var one = completed
                one.method = request.method
                one.target = request.target
                let name = "\(sample.name) \(request.method) \(request.target)"
                try Self.write(
                    run.result(of: one),
                    id: .string(name),
                    heading: name,
                    format: self.format
                )
            }
        }
    }

    static func write(
        _ result: CheckResult,
        id: JSONValue?,
        heading: String?,
        format: ResultFormat
    ) throws(CommandFailure) {
        switch format {
        case .json: try Console.write(JSONValue.object(result.json(id: id)).serialized() + "\n")
        case .text: try Console.write(result.text(heading: heading) + "\n")
        }
    }
}
