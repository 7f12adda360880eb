/// The conversation behind one request: what to ask the authority next, and what to show.
///
/// Whoever drives it obeys each step and reports what came of it. It has no sockets and no clock.
package protocol PageFlow: Sendable {
    mutating func begin() -> PageStep
    mutating func received(_ event: PageEvent) -> PageStep
}

package enum PageStep: Sendable {
    /// Ask the authority.
    case ask(AuthCall)
    /// Verify new tokens and go on with them; the browser gets them with the answer.
    case adopt(AuthSession)
    /// The end: a page.
    case show(PageContent, status: Int)
    /// The end: another address.
    case leave(Destination)
}

package enum PageEvent: Sendable {
    /// The user, and where the session stands towards what is demanded.
    case user(AuthUser, Standing)
    case reply(AuthReply)
    /// The new tokens are good, and this is where they stand; nil where that takes facts that
    /// have to be asked for.
    case adopted
}

/// Where a flow ends other than on a page.
package enum Destination: Equatable, Sendable {
    /// Back to where the user wanted to go.
    case target(ReturnPath?)
    case page(PageAddress)
    case signIn
    /// The session is no good any more: the browser forgets it and signs in again.
    case sessionOver
    /// The user has ended the session; the browser forgets it.
    case signedOut
}

/// Where a session stands towards the policies that guard the target.
package enum Standing: Equatable, Sendable {
    case satisfied
    case stepUp(FactorDemand)
    case enroll(FactorDemand)
    case reauthenticate
    case denied
    case unavailable
}

/// What the policies ask for.
package struct FactorDemand: Equatable, Sendable {
    /// The kinds that would do; empty where any does.
    package var kinds: [FactorKind]
    /// In the words of the policies' author.
    package var because: String?
    /// How old the proof may be, in seconds.
    package var maximumAge: Int64?
    /// Whether the kinds were named by a policy, rather than being simply all the user has.
    package var namesKinds: Bool

    package init(
        kinds: [FactorKind] = [],
        because: String? = nil,
        maximumAge: Int64? = nil,
        namesKinds: Bool = false
    ) {
        self.kinds = kinds
        self.because = because
        self.maximumAge = maximumAge
        self.namesKinds = namesKinds
    }
}

/// What a flow knows before it begins.
package struct PageContext: Sendable {
    package var journey: Journey
    package var isAAL2: Bool
    /// What the operator offers for enrolment.
    package var offered: [FactorKind]
    package var channels: [PhoneChannel]
    /// What the product calls itself to authenticator apps.
    package var issuerName: String
    /// An enrolment that this session began, still in memory.
    package var pending: Enrolment?
    package var note: PageAddress.Note?
    /// Set where the attempt may not be made yet, in seconds.
    package var wait: Int64?
    /// The form was older than the session.
    package var isFormStale: Bool
    package var texts: TextTable
    /// Whether there is a page on which factors are managed.
    package var managesFactors: Bool

    package init(
        journey: Journey,
        isAAL2: Bool,
        managesFactors: Bool = true,
        offered: [FactorKind] = [.totp],
        channels: [PhoneChannel] = [.sms],
        issuerName: String = "",
        pending: Enrolment? = nil,
        note: PageAddress.Note? = nil,
        wait: Int64? = nil,
        isFormStale: Bool = false,
        texts: TextTable
    ) {
        self.journey = journey
        self.isAAL2 = isAAL2
        self.offered = offered
        self.channels = channels
        self.issuerName = issuerName
        self.pending = pending
        self.note = note
        self.wait = wait
        self.isFormStale = isFormStale
        self.texts = texts
        self.managesFactors = managesFactors
    }

    /// Where a proof leads: the errand first, then the target.
    var destination: Destination {
        var onward = self.journey
        onward.errand = .none
        switch self.journey.errand {
        case .none: return .target(self.journey.returnPath)
        case .enroll: return .page(PageAddress(.enroll, onward))
        case .factors: return .page(PageAddress(.factors, onward))
        case .remove(let factor): return .page(PageAddress(.remove, onward, factor: factor))
        }
    }

    /// The notice for an attempt that was not even made.
    var refusal: Notice? {
        if self.isFormStale { return .bad(.formStale) }
        if let wait { return .bad(.tooManyAttempts, wait: Int(wait)) }
        return nil
    }
}
