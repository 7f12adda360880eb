/// A test in the words of its author: `test "payments" { … }`.
package struct TestSyntax: Equatable, Sendable {
    package var title: Spanned<String>
    package var parts: [Spanned<Part>]
    /// Whether a part could not be read.
    package var isDamaged = false

    package init(title: Spanned<String>, parts: [Spanned<Part>], isDamaged: Bool = false) {
        self.title = title
        self.parts = parts
        self.isDamaged = isDamaged
    }

    package enum Part: Equatable, Sendable {
        case at(Spanned<InstantSyntax>)
        case given([Spanned<FactSyntax>])
        case when(method: Spanned<String>, path: Spanned<String>, host: Spanned<String>?)
        case example([Spanned<FactSyntax>], Spanned<VerdictSyntax>)
        case then(Spanned<VerdictSyntax>)
    }
}

/// `token aal2, totp 2 minutes ago`: one fact is what stands between two commas.
package struct FactSyntax: Equatable, Sendable {
    /// `user` and `token` introduce facts and may stand alone; they say that somebody is signed in.
    package var lead: Lead?
    package var statement: Statement?

    package init(lead: Lead?, statement: Statement?) {
        self.lead = lead
        self.statement = statement
    }

    package enum Lead: String, CaseIterable, Sendable {
        case user
        case token
    }

    package enum Statement: Equatable, Sendable {
        case noToken
        case unknownUser
        case guest
        case service(Spanned<String>?)
        case created(Spanned<InstantSyntax>)
        case noFactors
        case factors([Spanned<FactorType>])
        case level(AssuranceLevel)
        case method(Spanned<AuthenticationMethod>, ago: Spanned<DurationSyntax>?)
        case role(Spanned<String>)
        case id(Spanned<String>)
        case claim(Spanned<ClaimPath>, Spanned<String>)
    }
}

/// What a case expects: `step-up because payments-without-sms`.
package struct VerdictSyntax: Equatable, Sendable {
    package var outcome: Spanned<Outcome>
    package var policies: [Spanned<String>]

    package init(outcome: Spanned<Outcome>, policies: [Spanned<String>]) {
        self.outcome = outcome
        self.policies = policies
    }
}
