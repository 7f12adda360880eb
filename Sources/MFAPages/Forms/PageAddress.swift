/// What comes after a step-up that a page of ours asked for.
package enum Errand: Equatable, Sendable {
    /// Back to where the user wanted to go.
    case none
    case enroll
    case factors
    case remove(FactorID)

    package init(_ text: String?) {
        switch text {
        case "enroll": self = .enroll
        case "factors": self = .factors
        case .some(let text) where text.hasPrefix("remove."):
            self = FactorID(String(text.dropFirst(7))).map(Self.remove) ?? .factors
        default: self = .none
        }
    }

    package var text: String? {
        switch self {
        case .none: nil
        case .enroll: "enroll"
        case .factors: "factors"
        case .remove(let factor): "remove.\(factor.text)"
        }
    }
}

/// What every page is told in its address, and passes on.
package struct Journey: Equatable, Sendable {
    package var returnPath: ReturnPath?
    /// The request that met a policy, `POST /payments`, where it is not the one to return to.
    package var demand: String?
    package var errand: Errand

    package init(
        returnPath: ReturnPath? = nil,
        demand: String? = nil,
        errand: Errand = .none
    ) {
        self.returnPath = returnPath
        self.demand = demand
        self.errand = errand
    }

    /// The parameters of a request; `returnTo` is the configured name of the one that leads back.
    package init(_ fields: FormFields, returnTo: String) {
        self.init(
            returnPath: fields[returnTo].flatMap(ReturnPath.init),
            demand: fields["for"].flatMap { $0.utf8.count <= 2_048 ? $0 : nil },
            errand: Errand(fields["then"])
        )
    }

    func pairs(returnTo: String) -> [(name: String, value: String?)] {
        [
            (returnTo, self.returnPath?.text), ("for", self.demand), ("then", self.errand.text),
        ]
    }
}

/// Our own pages.
package enum PageName: String, CaseIterable, Sendable {
    case stepUp = "step-up"
    case enroll
    case factors
    case remove = "factors/remove"
    case signOut = "sign-out"

    package static let prefix = "/.gatekeeper/"

    package init?(path: String) {
        guard path.hasPrefix(Self.prefix) else { return nil }
        var rest = path.dropFirst(Self.prefix.count)
        if rest.last == "/" { rest.removeLast() }
        self.init(rawValue: String(rest))
    }

    package var path: String { Self.prefix + self.rawValue }
}

/// An address of ours with everything it says.
package struct PageAddress: Equatable, Sendable {
    package let page: PageName
    package var journey: Journey
    package var factor: FactorID?
    package var challenges: ChallengeList
    package var note: Note?

    /// What the page before has to say.
    package enum Note: String, Sendable {
        case removed
        case enrolled
    }

    package init(
        _ page: PageName,
        _ journey: Journey = Journey(),
        factor: FactorID? = nil,
        challenges: ChallengeList = ChallengeList(),
        note: Note? = nil
    ) {
        self.page = page
        self.journey = journey
        self.factor = factor
        self.challenges = challenges
        self.note = note
    }

    package func url(returnTo: String) -> String {
        var pairs = self.journey.pairs(returnTo: returnTo)
        pairs.append(("factor", self.factor?.text))
        pairs.append(("challenge", self.challenges.text))
        pairs.append(("note", self.note?.rawValue))
        let query = FormFields.query(pairs)
        return query.isEmpty ? self.page.path : "\(self.page.path)?\(query)"
    }
}

/// The challenges whose codes may still come in, the newest first.
///
/// Whoever asks for another code may well type the one before.
package struct ChallengeList: Equatable, Sendable {
    package static let maximum = 3

    package private(set) var challenges: [ChallengeID]

    package init(_ challenges: [ChallengeID] = []) {
        self.challenges = Array(challenges.prefix(Self.maximum))
    }

    package init(_ text: String?) {
        self.init((text ?? "").split(separator: ".").compactMap { ChallengeID(String($0)) })
    }

    package var text: String? {
        self.challenges.isEmpty ? nil : self.challenges.map(\.text).joined(separator: ".")
    }

    package func adding(_ challenge: ChallengeID) -> ChallengeList {
        ChallengeList([challenge] + self.challenges)
    }
}
