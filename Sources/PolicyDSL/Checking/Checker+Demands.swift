// What a `require` asks for.
extension Checker {
    /// The demand that `syntax` means; nil after an error inside was reported.
    mutating func resolved(_ syntax: Spanned<DemandSyntax>) -> Demand? {
        switch syntax.value {
        case .all(let parts):
            self.refuseAmbiguousWithin(parts, joint: "and")
            return self.resolved(parts).map { .all($0) }
        case .any(let parts):
            self.refuseAmbiguousWithin(parts, joint: "or")
            return self.resolved(parts).map { .any($0) }
        case .bracketed(let inner): return self.resolved(inner)
        case .secondLevel(let isConfirmed, let within):
            return .secondLevel(confirmed: isConfirmed, within: self.period(within))
        case .signIn(let within):
            self.refuseZero(within, after: "within")
            return .signIn(within: within.value.period)
        case .methods(let list, let within):
            let period = self.period(within)
            return self.resolved(list, at: syntax.span, within: period).map { .methods($0) }
        }
    }

    private mutating func resolved(_ parts: [Spanned<DemandSyntax>]) -> [Demand]? {
        let known = parts.compactMap { self.resolved($0) }
        return known.count == parts.count ? known : nil
    }

    private mutating func period(_ within: Spanned<DurationSyntax>?) -> Period? {
        guard let within else { return nil }
        self.refuseZero(within, after: "within")
        return within.value.period
    }

    private mutating func resolved(
        _ list: MethodListSyntax,
        at span: SourceSpan,
        within: Period?
    ) -> MethodDemand? {
        let members = list.members.map { self.table.methods($0) }
        let exceptions = list.exceptions.map { self.table.methods($0)?.set }
        let knownMembers = members.compactMap(\.self)
        let knownExceptions = exceptions.compactMap(\.self)
        guard knownMembers.count == members.count, knownExceptions.count == exceptions.count
        else { return nil }
        var set = knownMembers.reduce(into: MethodSet()) { $0.formUnion($1.set) }
        for exception in knownExceptions { set.subtract(exception) }
        guard !set.isEmpty else {
            self.report(.emptyMethodList, at: span, "`except` leaves no method")
            return nil
        }
        let isBare = knownMembers.count == 1 && list.exceptions.isEmpty
        return MethodDemand(
            list.quantifier == .all ? .all : .one,
            of: set,
            isSecondFactorSet: isBare && knownMembers[0].isSecondFactorSet
                && list.quantifier != .all,
            within: within
        )
    }
}

// "does `within` cover both?"
extension Checker {
    private mutating func refuseAmbiguousWithin(
        _ parts: [Spanned<DemandSyntax>],
        joint: String
    ) {
        guard let bearer = parts.last(where: { $0.value.endsInWithin }),
            let within = bearer.value.within,
            parts.contains(where: { !$0.value.mentionsWithin })
        else { return }
        let printed = parts.map { SyntaxPrinter.text(of: $0.value) }
        let length = SyntaxPrinter.text(of: within.value)
        let spread = zip(parts, printed).map { part, text in
            part.value.mentionsWithin ? text : part.value.text(within: length)
        }
        let narrow = zip(parts, printed).map { part, text in
            part.value.endsInWithin ? "(\(text))" : text
        }
        let readings = [spread, narrow].map { "`\($0.joined(separator: " \(joint) "))`" }
        self.report(
            .ambiguousWithin,
            at: within.span,
            "does `within` cover both sides of `\(joint)`?",
            help: "write \(readings.joined(separator: " or "))"
        )
    }
}

extension DemandSyntax {
    /// The `within` that ends this demand, unless a bracket closes after it.
    fileprivate var within: Spanned<DurationSyntax>? {
        switch self {
        case .secondLevel(_, let within): within
        case .signIn(let within): within
        case .methods(_, let within): within
        case .all(let parts), .any(let parts): parts.last?.value.within
        case .bracketed: nil
        }
    }

    fileprivate var endsInWithin: Bool {
        self.within != nil
    }

    /// Whether a `within` stands anywhere in it.
    fileprivate var mentionsWithin: Bool {
        switch self {
        case .all(let parts), .any(let parts): parts.contains { $0.value.mentionsWithin }
        case .bracketed(let inner): inner.value.mentionsWithin
        case .secondLevel, .signIn, .methods: self.endsInWithin
        }
    }

    /// The demand as it reads when a recency is given to each of its terms.
    fileprivate func text(within length: String) -> String {
        switch self {
        case .all(let parts): parts.map { $0.value.text(within: length) }.joined(separator: " and ")
        case .any(let parts): parts.map { $0.value.text(within: length) }.joined(separator: " or ")
        case .bracketed(let inner): "(\(inner.value.text(within: length)))"
        case .secondLevel, .signIn, .methods:
            "\(SyntaxPrinter.text(of: self)) within \(length)"
        }
    }
}
