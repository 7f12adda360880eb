// What the words of the language stand for in the model.
extension ClassWord {
    var classSet: ClassSet {
        switch self {
        case .anyone: .anyone
        case .visitors: .visitors
        case .guests: .guests
        case .users: .users
        case .services: .services
        }
    }
}

extension VerbWord {
    var verbSet: VerbSet {
        switch self {
        case .any: .any
        case .reads: .reads
        case .writes: .writes
        case .get: .get
        case .head: .head
        case .post: .post
        case .put: .put
        case .patch: .patch
        case .delete: .delete
        case .options: .options
        }
    }
}

extension DurationSyntax {
    var period: Period {
        Period(seconds: self.seconds)
    }
}
