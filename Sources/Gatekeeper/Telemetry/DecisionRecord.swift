internal import HTTPMessage
internal import JSON
internal import PolicyDSL

/// One decision as the log shows it; `status` follows when the exchange is over.
struct DecisionRecord {
    let time: Instant
    let decision: DecisionID
    let method: ArraySlice<UInt8>
    /// Without port, in lower case; nil where the request had none that could be read.
    let host: ArraySlice<UInt8>?
    /// The canonical path; never the query, which may hold secrets.
    let path: ArraySlice<UInt8>
    /// Nil where the token was refused.
    let subject: SubjectText?
    let facts: DirectoryReply
    /// The age of the facts.
    let factsAge: Duration?
    let token: TokenNote
    let outcome: Outcome
    /// Nil where no policy was asked.
    let verdict: Decision?
    /// Why the request was refused where no policy was asked.
    let reason: String?
    let revision: String
}

/// How the credential fared.
enum TokenNote: Equatable, Sendable {
    case absent
    case valid
    case rejected(code: String)

    var status: String {
        switch self {
        case .absent: "absent"
        case .valid: "valid"
        case .rejected: "rejected"
        }
    }
}

/// The `subject` member of one caller, made once per token: all of it is ready but `next_aal`.
struct SubjectText: Equatable, Sendable {
    fileprivate let before: [UInt8]
    fileprivate let after: [UInt8]

    /// - Parameters:
    ///   - caller: Who asks.
    ///   - pseudonym: What stands in for the subject's id where ids must not be logged.
    init(_ caller: Caller, pseudonym: ((String) -> String)? = nil) {
        var json = caller.json(directory: .unknown)
        if let pseudonym, let subject = caller.subject, case .object(var members) = json {
            members["id"] = .string(pseudonym(subject))
            json = .object(members)
        }
        // A quote inside a string is escaped, so that this can only be the member itself.
        let text = json.serialized()
        let member = #""next_aal":"#
        let cut = text.firstRange(of: member + "null")
        self.before = Array(text[..<(cut?.lowerBound ?? text.endIndex)].utf8) + Array(member.utf8)
        self.after = Array(text[(cut?.upperBound ?? text.endIndex)...].utf8)
    }
}

/// Writes decision records as JSON lines, reusing what one line shares with the next.
struct DecisionLineWriter {
    private var second: Int64 = .min
    private var secondText: [UInt8] = []

    /// Appends everything of a line up to its `status`.
    mutating func begin(_ record: DecisionRecord, in line: inout [UInt8]) {
        line.append(text: #"{"time":""#)
        self.appendTime(record.time, to: &line)
        line.append(text: #"","decision":""#)
        record.decision.append(to: &line)
        line.append(text: #"","request":{"method":"#)
        line.append(quoted: record.method)
        line.append(text: #","host":"#)
        if let host = record.host {
            line.append(quoted: host)
        } else {
            line.append(text: "null")
        }
        line.append(text: #","path":"#)
        line.append(quoted: record.path)
        line.append(text: #"},"subject":"#)
        line.append(record.subject, facts: record.facts.answer)
        line.append(text: #","facts":"#)
        line.append(record.facts.answer, age: record.factsAge)
        line.append(text: #","token":"#)
        line.append(record.token)
        line.append(text: #","outcome":""#)
        line.append(text: record.outcome.word)
        line.append(text: #"","enforced":"#)
        if let verdict = record.verdict {
            line.append(verdict.enforced)
        } else {
            line.append(record.outcome, because: record.reason)
        }
        let projected = record.verdict?.projected
        line.append(text: #","projected":{"outcome":""#)
        line.append(text: (projected?.outcome ?? record.outcome).word)
        line.append(text: #"","entries":"#)
        line.append(projected?.entries ?? [])
        line.append(text: #"},"revision":""#)
        line.append(text: record.revision)
        line.append(text: "\"")
    }

    /// Ends a line that was begun.
    func end(status: UInt16, in line: inout [UInt8]) {
        line.append(text: #","status":"#)
        if status == 0 {
            line.append(text: "null")
        } else {
            line.append(decimal: Int64(status))
        }
        line.append(text: "}\n")
    }

    // Calendars are dear, and a busy second has thousands of lines.
    private mutating func appendTime(_ time: Instant, to line: inout [UInt8]) {
        var fraction = time.microseconds % 1_000_000
        if fraction < 0 { fraction += 1_000_000 }
        let second = time.microseconds - fraction
        if second != self.second {
            self.second = second
            self.secondText = Array(Instant(microseconds: second).description.utf8.dropLast())
        }
        line.append(contentsOf: self.secondText)
        line.append(UInt8(ascii: "."))
        line.append(decimal: fraction, width: 6)
        line.append(UInt8(ascii: "Z"))
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ subject: SubjectText?, facts: DirectoryAnswer) {
        guard let subject else {
            self.append(text: "null")
            return
        }
        self.append(contentsOf: subject.before)
        if case .known(let facts) = facts, case .known(let factors) = facts.factors {
            self.append(text: factors.isEmpty ? #""aal1""# : #""aal2""#)
        } else {
            self.append(text: "null")
        }
        self.append(contentsOf: subject.after)
    }

    fileprivate mutating func append(_ answer: DirectoryAnswer, age: Duration?) {
        switch answer {
        case .unknown:
            self.append(text: "null")
        case .refused(let refusal):
            self.append(text: #"{"refused":""#)
            self.append(text: refusal.rawValue)
            self.append(text: "\"}")
        case .known(let facts):
            self.append(facts, age: age)
        }
    }

    // In the shape of the directory's own record, so that one reader serves both.
    private mutating func append(_ facts: UserFacts, age: Duration?) {
        self.append(text: #"{"created_at":"#)
        if case .known(.some(let created)) = facts.created {
            self.append(quoted: created.description.utf8)
        } else {
            self.append(text: "null")
        }
        self.append(text: #","factors":"#)
        if case .known(let factors) = facts.factors {
            self.append(factors)
        } else {
            self.append(text: "null")
        }
        self.append(text: #","age":"#)
        if let age {
            self.append(decimal: age.milliseconds / 1_000)
        } else {
            self.append(text: "null")
        }
        self.append(text: "}")
    }

    private mutating func append(_ factors: FactorCounts) {
        self.append(text: "[")
        let start = self.count
        for type in FactorType.allCases {
            self.append(type.rawValue, count: factors[type], after: start)
        }
        self.append("other", count: factors.other, after: start)
        self.append(text: "]")
    }

    private mutating func append(_ type: String, count: Int, after start: Int) {
        for _ in 0..<Swift.max(0, count) {
            if self.count > start { self.append(text: ",") }
            self.append(text: #"{"factor_type":""#)
            self.append(text: type)
            self.append(text: #"","status":"verified"}"#)
        }
    }

    /// The entry of a refusal that no policy asked for.
    fileprivate mutating func append(_ outcome: Outcome, because reason: String?) {
        guard outcome != .allow else {
            self.append(text: "[]")
            return
        }
        self.append(text: #"[{"policy":null,"demand":null,"remedy":""#)
        self.append(text: outcome.word)
        self.append(text: #"","reason":"#)
        self.append(quoted: (reason ?? outcome.word).utf8)
        self.append(text: #","using":[],"certainty":"definite"}]"#)
    }

    fileprivate mutating func append(_ token: TokenNote) {
        self.append(text: #"{"status":""#)
        self.append(text: token.status)
        self.append(text: #"","code":"#)
        if case .rejected(let code) = token {
            self.append(quoted: code.utf8)
        } else {
            self.append(text: "null")
        }
        self.append(text: "}")
    }

    fileprivate mutating func append(_ entries: [Entry]) {
        self.append(text: "[")
        for (index, entry) in entries.enumerated() {
            if index > 0 { self.append(text: ",") }
            entry.json.append(to: &self)
        }
        self.append(text: "]")
    }
}
