internal import JSON
internal import PolicyDSL

/// Why a directory file is not used.
enum DirectoryFileProblem: Error, Equatable, Sendable {
    case unreadable
    case malformed(JSONError)
    case notAnObject
    case user(subject: String, problem: String)
}

extension DirectoryFileProblem: CustomStringConvertible {
    var description: String {
        switch self {
        case .unreadable: "the file cannot be read"
        case .malformed(let error): "\(error)"
        case .notAnObject: "the file must hold one JSON object, subject to facts"
        case .user(let subject, let problem): "user `\(subject)`: \(problem)"
        }
    }
}

/// All users of a directory file, as read at one time.
struct DirectoryTable: Sendable {
    private let users: [String: UserRecord]

    var count: Int { self.users.count }

    /// Reads the whole file; one bad record refuses it, so that a typo cannot pass for a fact.
    init(reading text: [UInt8]) throws(DirectoryFileProblem) {
        let limits = JSONLimits(
            maximumBytes: 256 << 20,
            maximumDepth: 16,
            maximumMembers: 4_000_000
        )
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: text, limits: limits)
        } catch {
            throw .malformed(error)
        }
        guard case .object(let members) = value else { throw .notAnObject }
        var users: [String: UserRecord] = [:]
        users.reserveCapacity(members.count)
        for member in members {
            users[member.name] = try Self.record(member)
        }
        self.users = users
    }

    private static func record(
        _ member: JSONObject.Member
    ) throws(DirectoryFileProblem) -> UserRecord {
        guard case .object(let object) = member.value else {
            throw .user(subject: member.name, problem: "the facts must be an object")
        }
        let record = UserRecord(object)
        guard let defect = record.defects.first else { return record }
        throw .user(subject: member.name, problem: defect.explanation(in: object))
    }

    /// What the file says about `subject` at `now`.
    func answer(for subject: String, at now: Instant) -> DirectoryAnswer {
        guard let record = self.users[subject] else { return .refused(.userNotFound) }
        return record.answer(at: now)
    }
}

extension UserRecord.Defect {
    fileprivate func explanation(in object: JSONObject) -> String {
        switch self {
        case .createdUnreadable:
            "`created_at` is not an RFC 3339 time: \(Self.shown(object["created_at"]))"
        case .banUnreadable:
            "`banned_until` is not an RFC 3339 time: \(Self.shown(object["banned_until"]))"
        case .factorsMalformed:
            "`factors` must be a list of objects with `factor_type` and `status`"
        }
    }

    private static func shown(_ value: JSONValue?) -> String {
        value.map { String($0.serialized().prefix(60)) } ?? "nothing"
    }
}
