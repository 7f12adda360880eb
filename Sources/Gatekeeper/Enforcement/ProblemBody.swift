internal import JSON
internal import PolicyDSL

/// What a refusal tells programs: problem details (RFC 9457) with our own members.
struct ProblemBody: Equatable, Sendable {
    /// Members that a provider's client library looks for.
    enum Hint: Equatable, Sendable {
        case none
        /// Clerk's reverification error: its client hook prompts for the factor by itself.
        case clerkReverification
    }

    let status: UInt16
    let denial: Denial
    let decision: String
    /// Where the user can do something about it.
    let stepUpURI: String?
    let hint: Hint

    var title: String { RefusalText.title(of: self.denial) }

    var detail: String { self.denial.because ?? RefusalText.detail(of: self.denial) }

    /// The document as UTF-8.
    var json: [UInt8] {
        var object: JSONObject = [
            "type": "about:blank",
            "title": .string(self.title),
            "status": .integer(Int64(self.status)),
            "detail": .string(self.detail),
            "outcome": .string(self.denial.outcome.word),
            "reason": .string(self.denial.reason),
            "policy": (self.denial.entry?.policy).map(JSONValue.string) ?? .null,
            "decision": .string(self.decision),
            "step_up_uri": self.stepUpURI.map(JSONValue.string) ?? .null,
        ]
        if self.hint == .clerkReverification, let error = self.clerkError {
            object["clerk_error"] = error
        }
        return Array(JSONValue.object(object).serialized().utf8) + [UInt8(ascii: "\n")]
    }

    private var clerkError: JSONValue? {
        let level: String
        switch self.denial.outcome {
        case .stepUp, .enroll: level = "second_factor"
        case .reauthenticate: level = "first_factor"
        case .allow, .unauthenticated, .unavailable, .deny: return nil
        }
        let minutes = max(1, (self.denial.maximumAge ?? 600) / 60)
        return [
            "type": "forbidden",
            "reason": "reverification-error",
            "metadata": [
                "reverification": ["level": .string(level), "afterMinutes": .integer(minutes)]
            ],
        ]
    }
}
