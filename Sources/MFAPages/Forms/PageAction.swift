/// What a request asks a page to do.
package enum PageAction: Equatable, Sendable {
    case show
    /// Check a code for a factor.
    case verify(FactorID, OneTimeCode?, ChallengeList)
    /// Send a code to a factor.
    case send(FactorID, PhoneChannel?, ChallengeList)
    case enrollTOTP(name: String)
    case enrollPhone(name: String, number: PhoneNumber?, PhoneChannel?)
    case remove(FactorID)
    case signOut

    /// Whether it tries a code, and so counts as an attempt.
    package var triesCode: Bool {
        if case .verify(_, .some, _) = self { true } else { false }
    }

    /// Whether it makes the authority send a message somewhere.
    package var sendsMessage: Bool {
        switch self {
        case .send, .enrollPhone(_, .some, _): true
        case .show, .verify, .enrollTOTP, .enrollPhone, .remove, .signOut: false
        }
    }
}

extension PageAction {
    /// Names are short, and stand on one line.
    private static let maximumName = 60

    /// Reads a form; nil for one that no page of ours has.
    package init?(_ fields: FormFields, on page: PageName) {
        let factor = fields["factor"].flatMap(FactorID.init)
        let challenges = ChallengeList(fields["challenge"])
        let channel = fields["channel"].flatMap(PhoneChannel.init)
        switch (page, fields["action"]) {
        case (.stepUp, "verify"), (.enroll, "verify"):
            guard let factor else { return nil }
            self = .verify(factor, OneTimeCode(typed: fields["code"] ?? ""), challenges)
        case (.stepUp, "send"), (.enroll, "send"):
            guard let factor else { return nil }
            self = .send(factor, channel, challenges)
        case (.enroll, "totp"):
            self = .enrollTOTP(name: Self.name(fields["name"]))
        case (.enroll, "phone"):
            let number = PhoneNumber(typed: fields["phone"] ?? "")
            self = .enrollPhone(name: Self.name(fields["name"]), number: number, channel)
        case (.remove, "remove"):
            guard let factor else { return nil }
            self = .remove(factor)
        case (.signOut, _):
            self = .signOut
        default: return nil
        }
    }

    // Control characters have no place in a name; they would only serve to deceive.
    private static func name(_ text: String?) -> String {
        let visible = (text ?? "").unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
                .unassigned:
                false
            default: true
            }
        }
        var name = Substring(String(String.UnicodeScalarView(visible)))
        while name.first?.isWhitespace == true { name.removeFirst() }
        name = name.prefix(Self.maximumName)
        while name.last?.isWhitespace == true { name.removeLast() }
        return String(name)
    }
}

/// What proves that a form came from a page of ours: made of the session, so nobody else knows it.
package struct FormToken: Equatable, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// Compares without telling by the time it takes how much was right.
    package func matches(_ other: String?) -> Bool {
        guard let other else { return false }
        let (own, sent) = (Array(self.text.utf8), Array(other.utf8))
        guard own.count == sent.count, !own.isEmpty else { return false }
        return zip(own, sent).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
