/// What one source says, as its author wrote it: no name is resolved, nothing is left out.
package struct SyntaxTree: Equatable, Sendable {
    package var version: Spanned<Int>?
    package var items: [Spanned<Item>]
    /// Whether an item could not be read.
    package var isDamaged = false
    /// The names of the defines that could not be read.
    package var lostDefines: [String] = []

    package init(version: Spanned<Int>? = nil, items: [Spanned<Item>] = []) {
        self.version = version
        self.items = items
    }

    package enum Item: Equatable, Sendable {
        case pages([Spanned<PageSyntax>])
        case define(DefineSyntax)
        case admit(AdmitSyntax)
        case policy(PolicySyntax)
        case test(TestSyntax)
    }
}

/// A page and what belongs to it: `sign-in /login with /assets/**`.
package struct PageSyntax: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case signIn = "sign-in"
        case stepUp = "step-up"
        case enroll
        case factors
    }

    package var kind: Spanned<Kind>
    /// A path, a URL or `builtin`.
    package var target: Spanned<String>
    package var companions: [Spanned<String>]

    package init(kind: Spanned<Kind>, target: Spanned<String>, companions: [Spanned<String>]) {
        self.kind = kind
        self.target = target
        self.companions = companions
    }
}

/// A named list: `define NAME = paths /a, /b`.
package struct DefineSyntax: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case methods
        case paths
        case hosts
    }

    package var name: Spanned<String>
    package var kind: Kind
    package var members: [Spanned<String>]

    package init(name: Spanned<String>, kind: Kind, members: [Spanned<String>]) {
        self.name = name
        self.kind = kind
        self.members = members
    }
}

/// Who may come in, and where: `admit users to reads /catalog/**`.
package struct AdmitSyntax: Equatable, Sendable {
    package var classes: [Spanned<ClassWord>]
    package var routes: RoutesSyntax?

    package init(classes: [Spanned<ClassWord>], routes: RoutesSyntax?) {
        self.classes = classes
        self.routes = routes
    }
}

/// The classes as the language spells them, `anyone` among them.
package enum ClassWord: String, CaseIterable, Sendable {
    case anyone
    case visitors
    case guests
    case users
    case services
}

/// Methods, paths and hosts: `writes /account/**, money at app.example.com`.
package struct RoutesSyntax: Equatable, Sendable {
    package var verbs: [Spanned<VerbWord>]
    package var paths: [Spanned<String>]
    package var hosts: [Spanned<String>]

    package init(verbs: [Spanned<VerbWord>], paths: [Spanned<String>], hosts: [Spanned<String>]) {
        self.verbs = verbs
        self.paths = paths
        self.hosts = hosts
    }
}

/// The verbs of `on` and `to`; a word in capitals is that method alone.
package enum VerbWord: String, CaseIterable, Sendable {
    case any
    case reads
    case writes
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
}

package struct PolicySyntax: Equatable, Sendable {
    package var name: Spanned<String>
    package var title: Spanned<String>?
    package var clauses: [Spanned<ClauseSyntax>]
    /// Whether a clause could not be read: what seems to be missing may stand in it.
    package var isDamaged = false

    package init(
        name: Spanned<String>,
        title: Spanned<String>?,
        clauses: [Spanned<ClauseSyntax>],
        isDamaged: Bool = false
    ) {
        self.name = name
        self.title = title
        self.clauses = clauses
        self.isDamaged = isDamaged
    }
}

package enum ClauseSyntax: Equatable, Sendable {
    case subject(SubjectSyntax, except: SubjectSyntax?)
    case on(RoutesSyntax)
    case require(Spanned<DemandSyntax>)
    case deny
    case otherwiseDeny
    case period(from: Spanned<InstantSyntax>, until: Spanned<InstantSyntax>?)
    case grace(Spanned<DurationSyntax>, after: GraceAnchor)
    case enforce
    case monitor(since: Spanned<InstantSyntax>)
    case because(Spanned<String>)
}

/// What the deadline of a grace is counted from.
package enum GraceAnchor: String, CaseIterable, Sendable {
    case start
    case creation
}

/// Classes and filters: `users, guests with role "admin"`.
package struct SubjectSyntax: Equatable, Sendable {
    package var classes: [Spanned<ClassWord>]
    package var filters: [Spanned<FilterSyntax>]

    package init(classes: [Spanned<ClassWord>], filters: [Spanned<FilterSyntax>]) {
        self.classes = classes
        self.filters = filters
    }
}

package enum FilterSyntax: Equatable, Sendable {
    case createdBefore(Spanned<InstantSyntax>)
    case createdOnOrAfter(Spanned<InstantSyntax>)
    case verified(VerifiedCount, of: FactorType?)
    case role([Spanned<String>])
    case id([Spanned<String>])
    case claim(Spanned<ClaimPath>, [Spanned<String>])
}

/// `no`, `a` or `at least N` verified factors.
package enum VerifiedCount: Equatable, Sendable {
    case no
    case a
    case atLeast(Spanned<Int>)
}

/// An instant as its author spelled it: `2026-12-01`, or with a time and an offset.
package struct InstantSyntax: Equatable, Sendable {
    package var text: String
    package var value: Instant

    package init(text: String, value: Instant) {
        self.text = text
        self.value = value
    }
}

/// `15 minutes`, kept in the author's own unit.
package struct DurationSyntax: Equatable, Sendable {
    package enum Unit: String, CaseIterable, Sendable {
        case second
        case seconds
        case minute
        case minutes
        case hour
        case hours
        case day
        case days
    }

    package var amount: Int
    package var unit: Unit

    package init(amount: Int, unit: Unit) {
        self.amount = amount
        self.unit = unit
    }
}

extension DurationSyntax {
    /// The length in seconds; the parser's limit keeps it far from overflow.
    package var seconds: Int {
        switch self.unit {
        case .second, .seconds: self.amount
        case .minute, .minutes: self.amount * 60
        case .hour, .hours: self.amount * 3600
        case .day, .days: self.amount * 86_400
        }
    }

    /// The longest duration a policy may name: a hundred years.
    static let longest = 36_525 * 86_400
}

package indirect enum DemandSyntax: Equatable, Sendable {
    case all([Spanned<DemandSyntax>])
    case any([Spanned<DemandSyntax>])
    /// Brackets count: `(totp) or password within 5 minutes` is not what it is without them.
    case bracketed(Spanned<DemandSyntax>)
    case secondLevel(confirmed: Bool, within: Spanned<DurationSyntax>?)
    case signIn(within: Spanned<DurationSyntax>)
    case methods(MethodListSyntax, within: Spanned<DurationSyntax>?)
}

/// A list of methods: `one of password, totp except sms`.
package struct MethodListSyntax: Equatable, Sendable {
    package enum Quantifier: String, CaseIterable, Sendable {
        case one
        case all
    }

    package var quantifier: Quantifier?
    package var members: [Spanned<String>]
    package var exceptions: [Spanned<String>]

    package init(
        quantifier: Quantifier?,
        members: [Spanned<String>],
        exceptions: [Spanned<String>]
    ) {
        self.quantifier = quantifier
        self.members = members
        self.exceptions = exceptions
    }
}
