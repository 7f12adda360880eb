/// One `policy` of the language, resolved: it restricts whoever it applies to.
package struct Policy: Hashable, Sendable {
    /// What the policy asks for.
    package enum Rule: Hashable, Sendable {
        case deny
        /// All of the demands must hold. With `otherwise deny` a remedy that the user could carry
        /// out becomes a denial.
        case require([Demand], otherwiseDeny: Bool)

        /// What is required; nothing of a denial.
        package var demands: [Demand] {
            switch self {
            case .deny: []
            case .require(let demands, _): demands
            }
        }
    }

    /// A `grace … after …` clause, which softens an enrolment.
    package struct Grace: Hashable, Sendable {
        package var period: Period
        package var anchor: GraceAnchor

        package init(_ period: Period, after anchor: GraceAnchor) {
            self.period = period
            self.anchor = anchor
        }
    }

    package enum Mode: Hashable, Sendable {
        case enforce
        case monitor(since: Instant)
    }

    package var name: String
    package var title: String?
    package var subject: Subject
    package var exception: Subject?
    /// Any one that matches is enough; empty means everywhere.
    package var routes: [RouteMatcher]
    package var rule: Rule
    package var from: Instant?
    package var until: Instant?
    package var grace: Grace?
    package var mode: Mode
    package var because: String?
    package var span: SourceSpan

    package init(
        _ name: String,
        title: String? = nil,
        for subject: Subject,
        except exception: Subject? = nil,
        on routes: [RouteMatcher] = [],
        _ rule: Rule,
        from: Instant? = nil,
        until: Instant? = nil,
        grace: Grace? = nil,
        mode: Mode = .enforce,
        because: String? = nil,
        span: SourceSpan = .nowhere
    ) {
        self.name = name
        self.title = title
        self.subject = subject
        self.exception = exception
        self.routes = routes
        self.rule = rule
        self.from = from
        self.until = until
        self.grace = grace
        self.mode = mode
        self.because = because
        self.span = span
    }
}
