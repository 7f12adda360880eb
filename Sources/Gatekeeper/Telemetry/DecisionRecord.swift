internal import HTTPMessage
internal import JSON
internal import PolicyDSL

/// One decision as the log shows it; `status` follows when the exchange is over.
struct DecisionRecord {
    let time: Instant
    let decision: DecisionID
    let request: RequestText
    let caller: CallerText
    /// The age of the facts.
    let factsAge: Duration?
    let verdict: RecordedVerdict
}

/// What came of a request, and why.
struct RecordedVerdict: Equatable {
    let token: TokenNote
    let outcome: Outcome
    /// Nil where no policy was asked.
    let decision: Decision?
    /// Why the request was refused where no policy was asked.
    let reason: String?
    let revision: String
}

extension RecordedVerdict {
    /// A verified token, and nothing in its way.
    fileprivate var isPlainAllow: Bool {
        guard self.outcome == .allow, self.token == .valid, let decision else { return false }
        return decision.enforced.isEmpty && decision.projected.outcome == .allow
            && decision.projected.entries.isEmpty
    }
}

/// What a record says about the request itself: parts of its head's bytes.
struct RequestText {
    fileprivate let bytes: [UInt8]
    fileprivate let method: ByteRange
    /// Without port, in lower case; nil where the request had none that could be read.
    fileprivate let host: ByteRange?
    /// The canonical path; never the query, which may hold secrets.
    fileprivate let path: ByteRange
    /// The identity of the trace it belongs to.
    fileprivate let trace: ByteRange?

    init(_ head: borrowing RequestHead) {
        self.bytes = head.bytes
        self.method = head.method
        self.host = head.host
        self.path = head.path
        self.trace = head.trace?.traceID
    }

    /// Of a request that had no head, or of one that is put together from words.
    init(method: String = "", host: String? = nil, path: String = "", trace: String? = nil) {
        var bytes: [UInt8] = []
        func append(_ text: String) -> ByteRange {
            bytes += text.utf8
            return ByteRange(bytes.count - text.utf8.count, bytes.count)
        }
        self.method = append(method)
        self.host = host.map { append($0) }
        self.path = append(path)
        self.trace = trace.map { append($0) }
        self.bytes = bytes
    }

    fileprivate func quote(_ range: ByteRange, in line: inout [UInt8]) {
        line.append(quoted: self.bytes.span.extracting(range.indices))
    }
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

/// The `subject` and `facts` members of one caller under one answer of the directory, which stay
/// the same from request to request; only the age of the facts does not.
final class CallerText: Sendable {
    let answer: DirectoryAnswer
    fileprivate let members: [UInt8]

    /// - Parameters:
    ///   - caller: Who asks; nil where the token was refused.
    ///   - answer: What the directory said.
    ///   - pseudonym: What stands in for the subject's id where ids must not be logged.
    init(_ caller: Caller?, _ answer: DirectoryAnswer, pseudonym: Pseudonym?) {
        self.answer = answer
        var members: [UInt8] = []
        members.reserveCapacity(512)
        members.append(#""subject":"#)
        if let caller {
            members.append(caller, facts: answer, pseudonym: pseudonym)
        } else {
            members.append("null")
        }
        members.append(#","facts":"#)
        members.append(answer)
        self.members = members
    }

    fileprivate var hasAge: Bool {
        if case .known = self.answer { true } else { false }
    }
}

/// What the log writes in place of a subject's id.
typealias Pseudonym = @Sendable (String) -> String

/// Writes decision records as JSON lines, reusing what one line shares with the next.
struct DecisionLineWriter {
    private var second: Int64 = .min
    private var secondText: [UInt8] = []
    private var entryTexts: [Entry: [UInt8]] = [:]
    private static let mostEntryTexts = 1_000
    // What lines say behind their caller: few verdicts come again and again, and plain allows
    // most of all.
    private var plainAllow: (revision: String, text: [UInt8])?
    private var verdicts: [(verdict: RecordedVerdict, text: [UInt8])] = []
    private static let mostVerdicts = 8

    /// Appends everything of a line up to its `status`.
    mutating func begin(_ record: DecisionRecord, in line: inout [UInt8]) {
        line.append(#"{"time":""#)
        self.appendTime(record.time, to: &line)
        line.append(#"","decision":""#)
        record.decision.append(to: &line)
        let request = record.request
        if let trace = request.trace {
            line.append(#"","trace":""#)
            line.append(copying: request.bytes.span.extracting(trace.indices))
        }
        line.append(#"","request":{"method":"#)
        request.quote(request.method, in: &line)
        line.append(#","host":"#)
        if let host = request.host {
            request.quote(host, in: &line)
        } else {
            line.append("null")
        }
        line.append(#","path":"#)
        request.quote(request.path, in: &line)
        line.append("},")
        line.append(contentsOf: record.caller.members)
        if record.caller.hasAge { line.append(age: record.factsAge) }
        self.append(record.verdict, to: &line)
    }

    private mutating func append(_ verdict: RecordedVerdict, to line: inout [UInt8]) {
        guard !verdict.isPlainAllow else {
            if self.plainAllow?.revision != verdict.revision {
                var text: [UInt8] = []
                self.write(verdict, to: &text)
                self.plainAllow = (verdict.revision, text)
            }
            return line.append(contentsOf: self.plainAllow?.text ?? [])
        }
        if let index = self.verdicts.firstIndex(where: { $0.verdict == verdict }) {
            line.append(contentsOf: self.verdicts[index].text)
            if index > 0 { self.verdicts.swapAt(index, index - 1) }
            return
        }
        var text: [UInt8] = []
        self.write(verdict, to: &text)
        line.append(contentsOf: text)
        if self.verdicts.count == Self.mostVerdicts { self.verdicts.removeLast() }
        self.verdicts.append((verdict, text))
    }

    private mutating func write(_ verdict: RecordedVerdict, to line: inout [UInt8]) {
        line.append(#","token":"#)
        line.append(verdict.token)
        line.append(#","outcome":""#)
        line.append(text: verdict.outcome.word)
        line.append(#"","enforced":"#)
        if let decision = verdict.decision {
            self.append(decision.enforced, to: &line)
        } else {
            line.append(verdict.outcome, because: verdict.reason)
        }
        let projected = verdict.decision?.projected
        line.append(#","projected":{"outcome":""#)
        line.append(text: (projected?.outcome ?? verdict.outcome).word)
        line.append(#"","entries":"#)
        self.append(projected?.entries ?? [], to: &line)
        line.append(#"},"revision":""#)
        line.append(text: verdict.revision)
        line.append("\"")
    }

    /// Ends a line that was begun.
    func end(status: UInt16, in line: inout [UInt8]) {
        line.append(#","status":"#)
        if status == 0 {
            line.append("null")
        } else {
            line.append(decimal: UInt64(status))
        }
        line.append("}\n")
    }

    private mutating func append(_ entries: [Entry], to line: inout [UInt8]) {
        line.append("[")
        for (index, entry) in entries.enumerated() {
            if index > 0 { line.append(",") }
            line.append(contentsOf: self.text(of: entry))
        }
        line.append("]")
    }

    // A set of policies has few entries, and each is written very often.
    private mutating func text(of entry: Entry) -> [UInt8] {
        if let text = self.entryTexts[entry] { return text }
        if self.entryTexts.count >= Self.mostEntryTexts { self.entryTexts = [:] }
        var text: [UInt8] = []
        entry.json.append(to: &text)
        self.entryTexts[entry] = text
        return text
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
        line.append(decimal: UInt64(fraction), width: 6)
        line.append(UInt8(ascii: "Z"))
    }
}

extension [UInt8] {
    // Reads as `Caller.json` does, without the values in between.
    fileprivate mutating func append(
        _ caller: Caller,
        facts: DirectoryAnswer,
        pseudonym: Pseudonym?
    ) {
        self.append(#"{"class":""#)
        self.append(text: caller.principal.subjectClass.word)
        self.append(#"","id":"#)
        self.append(quotedOrNull: caller.subject.map { pseudonym?($0) ?? $0 })
        self.append(#","aal":""#)
        self.append(text: caller.principal.assurance.word)
        self.append(#"","next_aal":"#)
        if case .known(let facts) = facts, case .known(let factors) = facts.factors {
            self.append(text: factors.isEmpty ? #""aal1""# : #""aal2""#)
        } else {
            self.append("null")
        }
        self.append(#","methods":["#)
        for (index, entry) in caller.methods.enumerated() {
            if index > 0 { self.append(",") }
            self.append(#"{"method":"#)
            self.append(quoted: entry.word)
            self.append(#","at":"#)
            self.append(quotedOrNull: entry.at)
            self.append("}")
        }
        self.append("]}")
    }

    fileprivate mutating func append(_ answer: DirectoryAnswer) {
        switch answer {
        case .unknown:
            self.append("null")
        case .refused(let refusal):
            self.append(#"{"refused":""#)
            self.append(text: refusal.rawValue)
            self.append("\"}")
        case .known(let facts):
            self.append(facts)
        }
    }

    // In the shape of the directory's own record, so that one reader serves both; the age and the
    // end follow per request.
    private mutating func append(_ facts: UserFacts) {
        self.append(#"{"created_at":"#)
        if case .known(let created) = facts.created {
            self.append(quotedOrNull: created)
        } else {
            self.append("null")
        }
        self.append(#","factors":"#)
        if case .known(let factors) = facts.factors {
            self.append(factors)
        } else {
            self.append("null")
        }
        self.append(#","age":"#)
    }

    fileprivate mutating func append(age: Duration?) {
        if let age {
            self.append(decimal: UInt64(Swift.max(0, age.milliseconds / 1_000)))
        } else {
            self.append("null")
        }
        self.append("}")
    }

    private mutating func append(_ factors: FactorCounts) {
        self.append("[")
        let start = self.count
        for type in FactorType.allCases {
            self.append(type.rawValue, count: factors[type], after: start)
        }
        self.append("other", count: factors.other, after: start)
        self.append("]")
    }

    private mutating func append(_ type: String, count: Int, after start: Int) {
        for _ in 0..<Swift.max(0, count) {
            if self.count > start { self.append(text: ",") }
            self.append(#"{"factor_type":""#)
            self.append(text: type)
            self.append(#"","status":"verified"}"#)
        }
    }

    /// The entry of a refusal that no policy asked for.
    fileprivate mutating func append(_ outcome: Outcome, because reason: String?) {
        guard outcome != .allow else {
            self.append("[]")
            return
        }
        self.append(#"[{"policy":null,"demand":null,"remedy":""#)
        self.append(text: outcome.word)
        self.append(#"","reason":"#)
        self.append(quoted: reason ?? outcome.word)
        self.append(#","using":[],"certainty":"definite"}]"#)
    }

    fileprivate mutating func append(_ token: TokenNote) {
        self.append(#"{"status":""#)
        self.append(text: token.status)
        self.append(#"","code":"#)
        if case .rejected(let code) = token {
            self.append(quoted: code)
        } else {
            self.append("null")
        }
        self.append("}")
    }
}
