internal import JSON
internal import PolicyDSL

/// Many cases as JSON Lines: one result a line, in the order of the cases.
struct CheckBatch {
    let run: DryRun
    let live: LiveDirectory?
    let options: CheckOptions

    /// Decides every line; one that cannot be read is reported and the rest goes on.
    func run(_ path: String, format: ResultFormat) async throws {
        var lines = try LineReader(path)
        var isComplete = true
        while let line = try lines.next() {
            do {
                try await self.decide(line, format: format)
            } catch let problem as LineProblem {
                isComplete = false
                try problem.write(format)
            }
        }
        if !isComplete { throw ExitStatus.failed.exit }
    }

    private func decide(_ line: [UInt8], format: ResultFormat) async throws {
        var id = JSONValue.null
        var sample: DryRun.Case
        do throws(CommandFailure) {
            let members = try BatchLine.members(line)
            id = members["id"] ?? .null
            sample = try self.sample(members)
        } catch {
            throw LineProblem(id: id, message: error.description)
        }
        // What a line says about its user is what its author wants to know about.
        if sample.factOrigin == nil {
            sample = try await self.live.completed(sample, of: self.run)
        }
        let result = self.run.result(of: sample)
        let name = id.stringValue ?? id.serialized()
        try CheckCommand.write(
            result,
            id: id,
            heading: "\(name): \(result.request)",
            format: format
        )
    }

    private func sample(_ members: JSONObject) throws(CommandFailure) -> DryRun.Case {
        let at = try BatchLine.instant(members) ?? self.options.now
        var sample = DryRun.Case(at: at)
        sample.token = try Self.token(members)
        if let user = members["user"] {
            sample.directory = try SampleUser.answer(user, at: at, place: "`user`")
            sample.factOrigin = FactOrigin(source: "the line")
        }
        (sample.method, sample.target) = try Self.request(members)
        if let host = members["host"], !host.isNull {
            guard let text = host.stringValue else {
                throw CommandFailure("`host` must be a string")
            }
            sample.host = text
        }
        sample.provider = try self.profile(members)
        return sample
    }

    private func profile(_ members: JSONObject) throws(CommandFailure) -> ProviderProfile? {
        guard let provider = members["provider"], !provider.isNull else { return nil }
        guard let argument = provider.stringValue.flatMap(ProviderArgument.init) else {
            throw CommandFailure("`provider` must be supabase, clerk, oidc or static")
        }
        var options = self.options
        options.provider = argument
        return try options.profile()
    }

    private static func token(_ members: JSONObject) throws(CommandFailure) -> SampleToken {
        let token = members["token"].flatMap { $0.isNull ? nil : $0 }
        let claims = members["claims"].flatMap { $0.isNull ? nil : $0 }
        switch (token, claims) {
        case (nil, nil):
            return .absent
        case (.some(let token), nil):
            guard let text = token.stringValue else {
                throw CommandFailure("`token` must be a string")
            }
            return .compact(Array(text.utf8))
        case (nil, .some(let claims)):
            guard claims.objectValue != nil else {
                throw CommandFailure("`claims` must be a JSON object")
            }
            return .claims(Array(claims.serialized().utf8))
        case (.some, .some):
            throw CommandFailure("a case has either `token` or `claims`")
        }
    }

    private static func request(
        _ members: JSONObject
    ) throws(CommandFailure) -> (method: String, target: String) {
        guard let value = members["request"], !value.isNull else { return ("GET", "/") }
        let words = value.stringValue?.split(separator: " ", maxSplits: 1) ?? []
        guard let method = words.first, let target = words.last, words.count == 2 else {
            throw CommandFailure("`request` must be \"METHOD target\"")
        }
        return (String(method), String(target))
    }
}

/// A line of a batch that could not be decided.
private struct LineProblem: Error {
    let id: JSONValue
    let message: String

    func write(_ format: ResultFormat) throws(CommandFailure) {
        switch format {
        case .json:
            let object: JSONObject = ["id": self.id, "error": .string(self.message)]
            try Console.write(JSONValue.object(object).serialized() + "\n")
        case .text:
            try Console.write("\(self.id.stringValue ?? self.id.serialized()): \(self.message)\n")
        }
    }
}
