/// What a page says, before it is written in any language.
package enum PageContent: Equatable, Sendable {
    case challenge(ChallengeContent)
    case enroll(EnrollContent)
    /// An authenticator app is to be connected; nil where the picture is gone.
    case setup(SetupContent)
    case confirmPhone(ChallengeContent)
    case factors(FactorsContent)
    case remove(RemoveContent)
    case message(MessageContent)
}

/// A sentence above a page.
package struct Notice: Equatable, Sendable {
    package enum Tone: String, Sendable {
        case good
        case bad
    }

    package let tone: Tone
    package let key: TextKey
    /// Seconds to wait.
    package let wait: Int?
    /// The authority's own word, where it has no sentence.
    package let code: String?

    package static func good(_ key: TextKey) -> Notice {
        Notice(tone: .good, key: key, wait: nil, code: nil)
    }

    package static func bad(_ key: TextKey, wait: Int? = nil, code: String? = nil) -> Notice {
        Notice(tone: .bad, key: key, wait: wait, code: code)
    }

    init(tone: Tone, key: TextKey, wait: Int?, code: String?) {
        self.tone = tone
        self.key = key
        self.wait = wait
        self.code = code
    }

    package init(_ problem: AuthProblem) {
        self.init(
            tone: .bad,
            key: problem.sentence,
            wait: problem.wait,
            code: problem.code ?? "\(problem.status)"
        )
    }
}

/// Why the user is here at all.
package enum Motive: Equatable, Sendable {
    case demand(FactorDemand)
    case enroll(FactorDemand)
    case remove
    case add
    case none
}

package struct ChallengeContent: Equatable, Sendable {
    package var account: String
    package var motive: Motive
    package var factor: AuthFactor
    package var others: [AuthFactor]
    package var challenges: ChallengeList
    package var notice: Notice?
    package var address: PageAddress
}

package struct EnrollContent: Equatable, Sendable {
    package var account: String
    package var motive: Motive
    package var offersTOTP: Bool
    package var offersPhone: Bool
    /// The account has no e-mail address, without which no app can be set up.
    package var lacksEmail: Bool
    /// What an app, and what a phone, could be called.
    package var suggestedName: String
    package var suggestedPhoneName: String
    package var notice: Notice?
    package var address: PageAddress
}

package struct SetupContent: Equatable, Sendable {
    package var account: String
    package var factor: FactorID
    package var enrolment: Enrolment?
    package var notice: Notice?
    package var address: PageAddress
}

package struct FactorsContent: Equatable, Sendable {
    package var account: String
    package var factors: [AuthFactor]
    package var notice: Notice?
    package var address: PageAddress
}

package struct RemoveContent: Equatable, Sendable {
    package var account: String
    package var factor: AuthFactor
    package var isLast: Bool
    package var notice: Notice?
    package var address: PageAddress
}

/// A page on which nothing can be entered.
package struct MessageContent: Equatable, Sendable {
    package enum Way: Equatable, Sendable {
        case tryAgain(PageAddress)
        case enroll(PageAddress)
        case signIn
        /// A guest needs an account first.
        case signInOrUp
        case signOut
    }

    package var account = ""

    package var title: TextKey
    package var sentence: TextKey
    package var kinds: [FactorKind] = []
    package var wait: Int?
    package var code: String?
    package var because: String?
    package var ways: [Way] = []
    /// Whether to say who could help.
    package var offersHelp = false
    /// Whether there is still a session that could be ended.
    package var isSignedIn = true
}

extension MessageContent {
    /// The session is over, and whoever ended it knows.
    package static let signedOut = MessageContent(
        title: .signedOutTitle,
        sentence: .signedOutText,
        ways: [.signIn],
        isSignedIn: false
    )

    /// The session is over, and its owner does not know yet.
    package static let sessionOver = MessageContent(
        title: .failedTitle,
        sentence: .sessionOver,
        ways: [.signIn],
        isSignedIn: false
    )

    /// Asks before the session ends.
    package static func signOut(isStale: Bool) -> MessageContent {
        MessageContent(
            title: .signOutTitle,
            sentence: isStale ? .formStale : .signOutQuestion,
            ways: [.signOut]
        )
    }

    /// The end of the road, said plainly.
    package static func stuck(
        _ sentence: TextKey,
        account: String = "",
        kinds: [FactorKind] = [],
        because: String? = nil
    ) -> MessageContent {
        MessageContent(
            account: account,
            title: .stuckTitle,
            sentence: sentence,
            kinds: kinds,
            because: because,
            offersHelp: true
        )
    }

    /// Guests have nothing that a factor could protect.
    package static let guest = MessageContent(
        title: .stuckTitle,
        sentence: .stuckAnonymous,
        ways: [.signInOrUp]
    )

    /// Something did not work; trying again may.
    package static func failed(_ problem: AuthProblem, again: PageAddress) -> MessageContent {
        let notice = Notice(problem)
        return MessageContent(
            title: .failedTitle,
            sentence: notice.key,
            wait: notice.wait,
            code: notice.code,
            ways: problem.endsSession ? [.signIn] : [.tryAgain(again)],
            isSignedIn: !problem.endsSession
        )
    }
}
