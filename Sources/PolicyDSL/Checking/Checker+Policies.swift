// A policy's clauses, held against what a policy must and must not have.
extension Checker {
    /// The clauses of one policy, sorted by kind.
    private struct Clauses {
        var subjects: [(SubjectSyntax, except: SubjectSyntax?)] = []
        var routes: [RoutesSyntax] = []
        var demands: [Spanned<DemandSyntax>] = []
        var deny: SourceSpan?
        var otherwiseDeny: SourceSpan?
        var period: (from: Spanned<InstantSyntax>, until: Spanned<InstantSyntax>?)?
        var grace: (duration: Spanned<DurationSyntax>, anchor: GraceAnchor, span: SourceSpan)?
        var mode: Policy.Mode?
        var because: String?
    }

    /// The policy that `syntax` means; nil after an error inside was reported.
    mutating func resolved(_ syntax: PolicySyntax, at span: SourceSpan) -> Policy? {
        let errors = self.diagnostics.count + self.table.diagnostics.count
        let clauses = self.sorted(syntax.clauses)
        self.checkShape(of: clauses, in: syntax)
        self.checkPeriod(clauses)
        self.checkGrace(clauses, in: syntax)
        let subject = clauses.subjects.first.map { self.resolved($0.0) }
        let exception = clauses.subjects.first?.except.map { self.resolved($0) }
        let routes = clauses.routes.compactMap { self.resolved($0) }
        let demands = clauses.demands.compactMap { self.resolved($0) }
        let isSound = errors == self.diagnostics.count + self.table.diagnostics.count
        guard isSound, !syntax.isDamaged, let subject else { return nil }
        return Policy(
            syntax.name.value,
            title: syntax.title?.value,
            for: subject,
            except: exception,
            on: routes,
            clauses.deny != nil
                ? .deny : .require(demands, otherwiseDeny: clauses.otherwiseDeny != nil),
            from: clauses.period?.from.value.value,
            until: clauses.period?.until?.value.value,
            grace: clauses.grace.map { Policy.Grace($0.duration.value.period, after: $0.anchor) },
            mode: clauses.mode ?? .enforce,
            because: clauses.because,
            span: span
        )
    }

    private mutating func sorted(_ list: [Spanned<ClauseSyntax>]) -> Clauses {
        var clauses = Clauses()
        for clause in list {
            let isRepeated = self.add(clause, to: &clauses)
            if isRepeated { self.reportRepeated(clause) }
        }
        return clauses
    }

    /// Adds one clause; true where its kind stands once only and was there already.
    private func add(_ clause: Spanned<ClauseSyntax>, to clauses: inout Clauses) -> Bool {
        switch clause.value {
        case .subject(let subject, let exception):
            clauses.subjects.append((subject, exception))
            return clauses.subjects.count > 1
        case .on(let routes):
            clauses.routes.append(routes)
            return false
        case .require(let demand):
            clauses.demands.append(demand)
            return false
        case .deny:
            defer { clauses.deny = clause.span }
            return clauses.deny != nil
        case .otherwiseDeny:
            defer { clauses.otherwiseDeny = clause.span }
            return clauses.otherwiseDeny != nil
        case .period(let from, let until):
            defer { clauses.period = (from, until) }
            return clauses.period != nil
        case .grace(let duration, let anchor):
            defer { clauses.grace = (duration, anchor, clause.span) }
            return clauses.grace != nil
        case .enforce:
            defer { clauses.mode = .enforce }
            return clauses.mode != nil
        case .monitor(let since):
            defer { clauses.mode = .monitor(since: since.value.value) }
            return clauses.mode != nil
        case .because(let text):
            defer { clauses.because = text.value }
            return clauses.because != nil
        }
    }

    private mutating func reportRepeated(_ clause: Spanned<ClauseSyntax>) {
        let keyword = clause.value.keyword
        let help: String? =
            switch clause.value {
            case .subject: "list the classes in one clause: `for users, guests`"
            case .on, .require, .deny, .otherwiseDeny, .period, .grace, .enforce, .monitor,
                .because:
                nil
            }
        self.report(
            .repeatedClause,
            at: Self.first(keyword.utf8.count, of: clause.span),
            "`\(keyword)` stands twice",
            label: "a policy has one",
            help: help
        )
    }

    static func first(_ count: Int, of span: SourceSpan) -> SourceSpan {
        SourceSpan(
            source: span.source,
            start: span.start,
            end: min(span.end, span.start + count)
        )
    }
}

extension Checker {
    private mutating func checkShape(of clauses: Clauses, in syntax: PolicySyntax) {
        if let deny = clauses.deny {
            if let demand = clauses.demands.first {
                self.report(
                    .denyAndRequire,
                    at: demand.span,
                    "`require` beside `deny`",
                    label: "a policy has one or the other",
                    help: "to refuse where the demand is not met, write `otherwise deny`"
                )
            } else if clauses.otherwiseDeny != nil {
                self.report(.denyAndRequire, at: deny, "`deny` beside `otherwise deny`")
            }
        }
        guard !syntax.isDamaged else { return }
        if clauses.subjects.isEmpty {
            self.reportMissing("for", in: syntax, help: "say whom it concerns, such as `for users`")
        }
        if clauses.demands.isEmpty, clauses.deny == nil {
            self.reportMissing(
                "require",
                in: syntax,
                help: "say what it asks for, such as `require aal2`, or `deny`"
            )
        }
    }

    private mutating func reportMissing(_ keyword: String, in syntax: PolicySyntax, help: String) {
        self.report(
            .missingClause,
            at: syntax.name.span,
            "policy \(Spelling.quoted(syntax.name.value)) has no `\(keyword)`",
            help: help
        )
    }

    private mutating func checkPeriod(_ clauses: Clauses) {
        guard let (from, until) = clauses.period, let until,
            until.value.value <= from.value.value
        else { return }
        self.report(
            .emptyPeriod,
            at: until.span,
            "`until` is not after `from`",
            label: "not after \(from.value.text)"
        )
    }

    private mutating func checkGrace(_ clauses: Clauses, in syntax: PolicySyntax) {
        guard let (duration, anchor, span) = clauses.grace else { return }
        self.refuseZero(duration, after: "grace")
        let keyword = Self.first("grace".utf8.count, of: span)
        if clauses.deny != nil || clauses.otherwiseDeny != nil {
            self.report(
                .misplacedGrace,
                at: keyword,
                "`grace` beside a `deny`",
                help: "grace puts off an enrolment, and a denial never asks for one"
            )
        } else if anchor == .start, clauses.period == nil, !syntax.isDamaged {
            self.report(
                .misplacedGrace,
                at: keyword,
                "`grace … after start` in a policy that has no start",
                help: "say when the policy starts: `from 2026-12-01`"
            )
        }
    }

    mutating func refuseZero(_ duration: Spanned<DurationSyntax>, after keyword: String) {
        guard duration.value.amount == 0 else { return }
        self.report(.zeroAmount, at: duration.span, "`\(keyword)` of no time at all")
    }
}

// subject
extension Checker {
    private mutating func resolved(_ syntax: SubjectSyntax) -> Subject {
        Subject(Self.classes(syntax.classes), syntax.filters.map { self.resolved($0) })
    }

    private mutating func resolved(_ filter: Spanned<FilterSyntax>) -> Subject.Filter {
        switch filter.value {
        case .createdBefore(let instant): return .createdBefore(instant.value.value)
        case .createdOnOrAfter(let instant): return .createdOnOrAfter(instant.value.value)
        case .verified(.no, let type): return .noVerified(type)
        case .verified(.a, let type): return .verified(atLeast: 1, type)
        case .verified(.atLeast(let count), let type):
            if count.value == 0 {
                self.report(
                    .zeroAmount,
                    at: count.span,
                    "`at least 0` holds for everyone",
                    help: "did you mean `with no verified factor`?"
                )
            }
            return .verified(atLeast: count.value, type)
        case .role(let roles): return .role(roles.map(\.value))
        case .id(let ids): return .id(ids.map(\.value))
        case .claim(let path, let values):
            self.refuseWritable(path)
            return .claim(path.value, values.map(\.value))
        }
    }

    private mutating func refuseWritable(_ path: Spanned<ClaimPath>) {
        let root = path.value.segments.first
        guard let root, root == "user_metadata" || root == "unsafe_metadata" else { return }
        self.report(
            .writableClaim,
            at: path.span,
            "`\(root)` can be written by the user",
            help: "use a claim that only your server writes, such as `app_metadata`"
        )
    }
}

extension ClauseSyntax {
    /// The words the clause begins with.
    var keyword: String {
        switch self {
        case .subject: "for"
        case .on: "on"
        case .require: "require"
        case .deny: "deny"
        case .otherwiseDeny: "otherwise deny"
        case .period: "from"
        case .grace: "grace"
        case .enforce, .monitor: "mode"
        case .because: "because"
        }
    }
}
