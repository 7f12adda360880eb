/// How a route stands to everything in a set but its policies' subjects and demands.
package struct RouteStanding {
    /// The classes that some `admit` surely lets in here.
    package var admitted: ClassSet
    /// The classes that some `admit` lets in, should the request's host be the one it names.
    package var possiblyAdmitted: ClassSet
    /// The highest remedy whose page covers the route; nil where no page does.
    package var pageRemedy: Outcome?
}

extension RouteStanding {
    /// The entry that refuses admission, if it is refused.
    package func admissionEntry(for subjectClass: SubjectClass) -> Entry? {
        guard self.pageRemedy == nil else { return nil }
        switch (self.admission(of: subjectClass), subjectClass) {
        case (.yes, _): return nil
        case (.unknown, _): return .admission(.unavailable, .hostUnknown, .assumed)
        case (.no, .visitor), (.no, .guest):
            switch self.admission(of: .user) {
            case .yes: return .admission(.unauthenticated, .noCredential, .definite)
            case .unknown: return .admission(.unauthenticated, .noCredential, .assumed)
            case .no: return .admission(.deny, .notAdmitted, .definite)
            }
        case (.no, .user), (.no, .service): return .admission(.deny, .notAdmitted, .definite)
        }
    }

    /// Whether some `admit` lets the class in here.
    package func admission(of subjectClass: SubjectClass) -> Truth {
        if self.admitted.contains(subjectClass) { return .yes }
        return self.possiblyAdmitted.contains(subjectClass) ? .unknown : .no
    }

    /// Whether the page rule lets an entry stand on this route.
    package func stands(_ entry: Entry) -> Bool {
        guard let pageRemedy else { return true }
        return switch entry.remedy {
        case .unavailable: true
        case .deny: entry.reason == .denied
        case .allow, .enroll, .stepUp, .reauthenticate, .unauthenticated: entry.remedy > pageRemedy
        }
    }
}

extension Entry {
    fileprivate static func admission(
        _ remedy: Outcome,
        _ reason: Reason,
        _ certainty: Certainty
    ) -> Entry {
        Entry(
            policy: nil,
            demand: nil,
            remedy: remedy,
            reason: reason,
            using: Means(),
            certainty: certainty
        )
    }
}
