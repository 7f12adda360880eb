internal import JSON
internal import PolicyDSL

/// How the JSON of a directory's answer is read.
enum DirectoryShape: Equatable, Sendable {
    /// One user object, with the facts where the paths say.
    case user(UserPaths)
    /// The bare list of a user's factors, and nothing else.
    case factorList
    /// A user of Clerk's Backend API.
    case clerkUser
}

/// Where a user object holds what it says.
struct UserPaths: Equatable, Sendable {
    /// The subject, which has to be the one that was asked about.
    var id = ClaimPath(["id"])
    var created = UserRecord.createdPath
    var factors = UserRecord.factorsPath

    /// As Supabase's user object has them.
    static let supabase = UserPaths()
}

extension DirectoryShape {
    /// What the configuration writes in place of a path for the answer as a whole.
    static let wholeAnswer = "."

    /// What an answer of this shape says about `subject`; nothing is taken from a part of it.
    func answer(
        _ value: JSONValue?,
        about subject: String,
        at now: Instant
    ) throws(DirectoryFailure) -> DirectoryAnswer {
        switch self {
        case .factorList:
            guard let value, value.isNull || value.arrayValue != nil else { throw .malformed }
            // A list tells nothing about when the user came.
            return .known(UserFacts(created: .unknown, factors: UserRecord.factors(value)))
        case .user(let paths):
            let user = try Self.user(value, with: subject, at: paths.id)
            let record = UserRecord(user, created: paths.created, factors: paths.factors)
            return record.answer(at: now)
        case .clerkUser:
            let user = try Self.user(value, with: subject, at: UserPaths.supabase.id)
            guard let user = ClerkUser(user) else { throw .malformed }
            return user.answer
        }
    }

    private static func user(
        _ value: JSONValue?,
        with subject: String,
        at id: ClaimPath
    ) throws(DirectoryFailure) -> JSONObject {
        guard let value, let object = value.objectValue else { throw .malformed }
        let named = value.value(at: id)?.stringValue
        guard named?.utf8.elementsEqual(subject.utf8) == true else { throw .wrongSubject }
        return object
    }
}
