// subject = class {"," class} { filter }
extension Parser {
    mutating func classes() throws(Failure) -> [Spanned<ClassWord>] {
        try self.list { (parser) throws(Failure) in try parser.expectOne(of: ClassWord.self) }
    }

    mutating func subject() throws(Failure) -> SubjectSyntax {
        var subject = SubjectSyntax(classes: try self.classes(), filters: [])
        while true {
            let start = self.current.span
            let filter: FilterSyntax
            if self.take("created") {
                filter = try self.createdFilter()
            } else if self.take("with") {
                filter = try self.withFilter()
            } else {
                return subject
            }
            subject.filters.append(Spanned(filter, at: self.span(from: start)))
        }
    }

    private mutating func createdFilter() throws(Failure) -> FilterSyntax {
        if self.take("before") { return .createdBefore(try self.instant()) }
        try self.expect("on")
        try self.expect("or")
        try self.expect("after")
        return .createdOnOrAfter(try self.instant())
    }

    private mutating func withFilter() throws(Failure) -> FilterSyntax {
        if self.take("role") { return .role(try self.strings()) }
        if self.take("id") { return .id(try self.strings()) }
        if self.take("claim") {
            let path = try self.claimPath()
            return .claim(path, try self.strings())
        }
        let count = try self.verifiedCount()
        try self.expect("verified")
        let type = self.takeOne(of: FactorType.self)?.value
        guard self.take("factor") || self.take("factors") else { throw self.unexpected() }
        return .verified(count, of: type)
    }

    private mutating func verifiedCount() throws(Failure) -> VerifiedCount {
        if self.take("no") { return .no }
        if self.take("a") { return .a }
        try self.expect("at")
        try self.expect("least")
        return .atLeast(try self.integer())
    }

    private mutating func strings() throws(Failure) -> [Spanned<String>] {
        try self.list { (parser) throws(Failure) in try parser.string() }
    }
}
