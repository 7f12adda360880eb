internal import JSON
internal import PolicyDSL

/// One line of the decision log, read back: the question that was decided, and its answer.
struct ReplayRecord {
    let decision: String
    let time: Instant
    let request: AccessRequest
    /// Nil where the request was refused before any policy was asked.
    let principal: Principal?
    let directory: DirectoryAnswer
    let outcome: Outcome

    init(parsing line: [UInt8]) throws(CommandFailure) {
        let members = try BatchLine.members(line)
        guard let time = members["time"]?.stringValue.flatMap({ Instant(rfc3339: $0) }),
            let request = members["request"]?.objectValue,
            let method = request["method"]?.stringValue, let path = request["path"]?.stringValue,
            let outcome = members["outcome"]?.stringValue.flatMap({ Outcome(word: $0) })
        else {
            throw CommandFailure("no decision record: `time`, `request` or `outcome` is missing")
        }
        self.decision = members["decision"]?.stringValue ?? ""
        self.time = time
        self.outcome = outcome
        self.request = AccessRequest(
            method: method,
            path: path,
            host: request["host"]?.stringValue.map { .known($0) } ?? .unknown
        )
        let isRejected = members["token"]?.objectValue?["status"]?.stringValue == "rejected"
        let isDecided = !isRejected && Self.isOfPolicies(members["enforced"])
        let subject = isDecided ? members["subject"]?.objectValue : nil
        self.principal = try subject.map { (subject) throws(CommandFailure) in
            try Principal(recorded: subject)
        }
        self.directory = Self.directory(members["facts"], at: time)
    }

    private static let reasonsOfOthers: [Reason] = [.badPath, .crossSite, .keysUnavailable]

    /// Whether policies gave the answer: a malformed request, or one too many, is no concern of
    /// theirs, whoever sent it.
    private static func isOfPolicies(_ enforced: JSONValue?) -> Bool {
        guard let entry = enforced?.arrayValue?.first?.objectValue,
            entry["policy"]?.isNull == true, let word = entry["reason"]?.stringValue
        else { return true }
        return Reason(rawValue: word).map { !Self.reasonsOfOthers.contains($0) } ?? false
    }

    private static func directory(_ facts: JSONValue?, at time: Instant) -> DirectoryAnswer {
        guard let facts = facts?.objectValue else { return .unknown }
        if let refusal = facts["refused"]?.stringValue.flatMap(RefusedUser.init(rawValue:)) {
            return .refused(refusal)
        }
        guard facts["factors"]?.isNull != true else {
            var answer = UserFacts()
            if case .known(let known) = UserRecord(facts).answer(at: time) {
                answer.created = known.created
            }
            return .known(answer)
        }
        return UserRecord(facts).answer(at: time)
    }
}

extension Principal {
    /// The principal of a record; its role and claims are not in the log.
    fileprivate init(recorded subject: JSONObject) throws(CommandFailure) {
        let word = subject["class"]?.stringValue
        guard let subjectClass = SubjectClass.allCases.first(where: { $0.word == word }) else {
            throw CommandFailure("no decision record: `subject.class` is missing")
        }
        var proofs = Proofs()
        var signIn: Instant?
        var isTimed = false
        let methods = subject["methods"]?.arrayValue ?? []
        for entry in methods {
            guard let name = entry.objectValue?["method"]?.stringValue else { continue }
            let time = entry.objectValue?["at"]?.stringValue.flatMap { Instant(rfc3339: $0) }
            isTimed = isTimed || time != nil
            let method = AuthenticationMethod(word: name)
            if let method { proofs.insert(method, at: time) }
            let isSignIn = method.map { $0.factorType == nil } ?? Self.signInWords.contains(name)
            guard isSignIn, let time else { continue }
            signIn = max(signIn ?? time, time)
        }
        self.init(
            subjectClass,
            assurance: subject["aal"]?.stringValue == "aal2" ? .aal2 : .aal1,
            proofs: proofs,
            signInAt: signIn,
            hasMethodEntries: !methods.isEmpty,
            hasTimedEntries: isTimed,
            canBeUpgraded: subjectClass != .service,
            id: subject["id"]?.stringValue
        )
    }

    /// Entries that begin a session and prove no method.
    private static let signInWords: Set<String> = ["email/signup", "email_change"]
}
