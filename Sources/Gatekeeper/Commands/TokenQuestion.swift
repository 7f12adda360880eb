internal import JSON
internal import PolicyDSL
internal import TokenVerify

/// One token to verify, with the keys and expectations it is held against.
struct TokenQuestion {
    /// What came of it.
    enum Answer {
        case valid(ClaimsSet?)
        /// The stable word, and a sentence.
        case refused(code: String, detail: String)
    }

    var token: [UInt8]
    var keys: Result<JSONWebKeySet, KeySetError>
    var expectations: TokenExpectations
    var at: Instant
    /// What tells the issuer's session tokens from its others.
    var rules = SessionTokenRules.none

    func answer(signatureOnly: Bool) -> Answer {
        let keys: JSONWebKeySet
        switch self.keys {
        case .success(let set): keys = set
        case .failure(let error): return .refused(code: error.code, detail: error.description)
        }
        do throws(TokenRejection) {
            if signatureOnly {
                _ = try TokenVerifier.verifySignature(
                    self.token.span,
                    keys: keys,
                    expecting: self.expectations
                )
                return .valid(nil)
            }
            let verified = try TokenVerifier.verify(
                self.token.span,
                keys: keys,
                expecting: self.expectations,
                at: self.at.numericDate
            )
            try self.rules.check(.valid(verified))
            return .valid(verified.claims)
        } catch {
            return .refused(code: error.code, detail: error.description)
        }
    }
}

extension TokenQuestion.Answer {
    var isValid: Bool {
        switch self {
        case .valid: true
        case .refused: false
        }
    }

    var text: String {
        switch self {
        case .valid: "valid"
        case .refused(let code, let detail): "not valid: \(code)\n  \(detail)"
        }
    }

    func json(id: JSONValue?) -> JSONValue {
        .object(self.object(id: id))
    }

    fileprivate func object(id: JSONValue?) -> JSONObject {
        var object = JSONObject()
        object["id"] = id
        switch self {
        case .valid:
            object["valid"] = true
            object["code"] = .null
        case .refused(let code, _):
            object["valid"] = false
            object["code"] = .string(code)
        }
        return object
    }
}

extension TokenQuestion {
    /// The result of one batch line; a line that cannot be read yields `error`.
    static func answer(
        line: [UInt8],
        defaults: TokenExpectations,
        at: Instant?,
        signatureOnly: Bool
    ) -> JSONObject {
        let members: JSONObject
        do {
            members = try BatchLine.members(line)
        } catch {
            return ["id": .null, "error": .string(error.description)]
        }
        let id = members["id"] ?? .null
        do {
            let question = try TokenQuestion(members, defaults: defaults, at: at)
            return question.answer(signatureOnly: signatureOnly).object(id: id)
        } catch {
            return ["id": id, "error": .string(error.description)]
        }
    }

    private init(
        _ members: JSONObject,
        defaults: TokenExpectations,
        at: Instant?
    ) throws(CommandFailure) {
        guard let token = members["token"]?.stringValue else {
            throw CommandFailure("`token` must be a string")
        }
        guard let jwks = members["jwks"] else {
            throw CommandFailure("`jwks` is missing")
        }
        self.token = Array(token.utf8)
        do {
            self.keys = .success(try JSONWebKeySet(parsing: Array(jwks.serialized().utf8)))
        } catch {
            self.keys = .failure(error)
        }
        self.expectations = defaults
        if let issuer = members["issuer"], !issuer.isNull {
            guard let text = issuer.stringValue else {
                throw CommandFailure("`issuer` must be a string")
            }
            self.expectations.issuer = text
        }
        if let audience = members["audience"], !audience.isNull {
            self.expectations.audiences = try BatchLine.strings(audience, "audience")
        }
        if let algorithms = members["algorithms"], !algorithms.isNull {
            let words = try BatchLine.strings(algorithms, "algorithms")
            guard let known = AlgorithmsArgument(argument: words.joined(separator: ",")) else {
                throw CommandFailure("`algorithms` names an unknown algorithm")
            }
            self.expectations.algorithms = known.algorithms
        }
        self.at = try BatchLine.instant(members) ?? at ?? .now
    }
}

/// Reading the members of one line of a batch.
enum BatchLine {
    static func members(_ line: [UInt8]) throws(CommandFailure) -> JSONObject {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: line, limits: .batchLine)
        } catch {
            throw CommandFailure("not JSON: \(error)")
        }
        guard let members = value.objectValue else {
            throw CommandFailure("the line is not a JSON object")
        }
        return members
    }

    /// A string, or a list of strings.
    static func strings(_ value: JSONValue, _ name: String) throws(CommandFailure) -> [String] {
        if let text = value.stringValue { return [text] }
        let items = value.arrayValue ?? []
        let texts = items.compactMap(\.stringValue)
        guard value.arrayValue != nil, texts.count == items.count else {
            throw CommandFailure("`\(name)` must be a string or a list of strings")
        }
        return texts
    }

    static func instant(_ members: JSONObject) throws(CommandFailure) -> Instant? {
        guard let at = members["at"], !at.isNull else { return nil }
        guard let instant = Instant(member: at) else {
            throw CommandFailure("`at` must be a date, an RFC 3339 time or seconds since 1970")
        }
        return instant
    }
}

extension JSONLimits {
    fileprivate static let batchLine = JSONLimits(maximumBytes: 8 << 20, maximumDepth: 64)
}
