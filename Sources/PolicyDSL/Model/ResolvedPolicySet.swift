/// One `admit`: it lets classes in on a route, or everywhere.
package struct Admit: Hashable, Sendable {
    package var classes: ClassSet
    /// Nil means everywhere.
    package var route: RouteMatcher?
    package var span: SourceSpan

    package init(_ classes: ClassSet, to route: RouteMatcher? = nil, span: SourceSpan = .nowhere) {
        self.classes = classes
        self.route = route
        self.span = span
    }
}

/// Where a remedy is carried out.
package struct Page: Hashable, Sendable {
    package enum Target: Hashable, Sendable {
        case path(String)
        case url(String)
        /// The sidecar's own page, under a path that is never forwarded.
        case builtin
    }

    package var target: Target
    /// The page's assets, form targets and sign-out, which its remedy must not block either.
    package var companions: [PathPattern]
    package var span: SourceSpan

    package init(
        _ target: Target,
        with companions: [PathPattern] = [],
        span: SourceSpan = .nowhere
    ) {
        self.target = target
        self.companions = companions
        self.span = span
    }
}

/// The `pages` item; a remedy without a page gets the challenge.
package struct Pages: Hashable, Sendable {
    /// The page of `reauthenticate` and `unauthenticated`.
    package var signIn: Page?
    package var stepUp: Page?
    package var enroll: Page?
    /// Where users manage their factors: a link target only.
    package var factors: Page?

    package init(
        signIn: Page? = nil,
        stepUp: Page? = nil,
        enroll: Page? = nil,
        factors: Page? = nil
    ) {
        self.signIn = signIn
        self.stepUp = stepUp
        self.enroll = enroll
        self.factors = factors
    }
}

/// What a set of files means: every define expanded, every name resolved, nothing left to refuse.
///
/// Both evaluators read it, and so does every proof about a set. The order of items carries no
/// meaning.
package struct ResolvedPolicySet: Hashable, Sendable {
    package var admits: [Admit]
    package var policies: [Policy]
    package var pages: Pages

    package init(admits: [Admit], policies: [Policy], pages: Pages = Pages()) {
        self.admits = admits
        self.policies = policies
        self.pages = pages
    }
}
