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

extension ClassSet: CustomStringConvertible {
    /// The classes in the words of the language.
    package var description: String {
        guard self != .anyone else { return "anyone" }
        let words: [(String, ClassSet)] = [
            ("visitors", .visitors), ("guests", .guests), ("users", .users),
            ("services", .services),
        ]
        return words.filter { self.contains($0.1) }.map(\.0).joined(separator: ", ")
    }
}

extension Subject: CustomStringConvertible {
    /// The subject in the words of the language, with its filters in order.
    package var description: String {
        ([self.classes.description] + self.filters.map(\.description).sorted())
            .joined(separator: " ")
    }
}

extension Subject.Filter: CustomStringConvertible {
    package var description: String {
        switch self {
        case .createdBefore(let limit): "created before \(limit)"
        case .createdOnOrAfter(let limit): "created on or after \(limit)"
        case .noVerified(let type): "with no verified \(word(for: type))factor"
        case .verified(1, let type): "with a verified \(word(for: type))factor"
        case .verified(let least, let type):
            "with at least \(least) verified \(word(for: type))factors"
        case .role(let roles): "with role \(quoted(roles))"
        case .id(let ids): "with id \(quoted(ids))"
        case .claim(let path, let values): "with claim \(path) \(quoted(values))"
        }
    }
}

private func word(for type: FactorType?) -> String {
    type.map { "\($0.rawValue) " } ?? ""
}

private func quoted(_ values: [String]) -> String {
    values.map { "\"\($0)\"" }.sorted().joined(separator: ", ")
}
