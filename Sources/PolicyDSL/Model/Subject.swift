/// A set of caller classes; `anyone` is all of them.
package struct ClassSet: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let visitors = ClassSet(.visitor)
    package static let guests = ClassSet(.guest)
    package static let users = ClassSet(.user)
    package static let services = ClassSet(.service)
    package static let anyone: ClassSet = [.visitors, .guests, .users, .services]

    package init(_ subjectClass: SubjectClass) {
        self.rawValue = 1 << subjectClass.rawValue
    }

    package func contains(_ subjectClass: SubjectClass) -> Bool {
        self.contains(ClassSet(subjectClass))
    }
}

/// What `for` and `except` name: classes, narrowed by filters that must all hold.
package struct Subject: Hashable, Sendable {
    package enum Filter: Hashable, Sendable {
        case createdBefore(Instant)
        case createdOnOrAfter(Instant)
        /// `with no verified … factor`; nil means of any type.
        case noVerified(FactorType?)
        /// `with a` and `with at least N verified … factors`; nil means of any type.
        case verified(atLeast: Int, FactorType?)
        case role([String])
        case id([String])
        case claim(ClaimPath, [String])
    }

    package var classes: ClassSet
    package var filters: [Filter]

    package init(_ classes: ClassSet, _ filters: [Filter] = []) {
        self.classes = classes
        self.filters = filters
    }
}
