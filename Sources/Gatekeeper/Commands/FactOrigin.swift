internal import JSON
internal import NIOCore
internal import PolicyDSL

/// Where the facts of a user come from, and how old they are.
struct FactOrigin: Equatable {
    let source: String
    /// Since the source said so; absent where nobody can tell, as with a file of the author's.
    var age: TimeAmount?
    /// Whether a directory was asked, rather than the author.
    var isLive = false

    fileprivate var ageInSeconds: Int64? { self.age.map { $0.nanoseconds / 1_000_000_000 } }

    var json: (source: JSONValue, age: JSONValue) {
        (.string(self.source), self.ageInSeconds.map(JSONValue.integer) ?? .null)
    }
}

extension FactOrigin: CustomStringConvertible {
    var description: String {
        "from \(self.source)" + (self.ageInSeconds.map { ", \($0) s old" } ?? "")
    }
}

extension DirectoryAnswer {
    /// The answer as programs read it, with its origin.
    func json(_ origin: FactOrigin) -> JSONValue {
        var members = JSONObject()
        switch self {
        case .known(let facts):
            if case .known(let created) = facts.created {
                members["created_at"] = created.map { .string($0.description) } ?? .null
            }
            if case .known(let factors) = facts.factors {
                members["factors"] = factors.json
            }
        case .refused(let refusal): members["refused"] = .string(refusal.rawValue)
        case .unknown: break
        }
        members["source"] = origin.json.source
        members["age_seconds"] = origin.json.age
        return .object(members)
    }

    /// The answer as people read it.
    var text: String {
        switch self {
        case .known(let facts): "created \(facts.created.words), factors \(facts.factors.words)"
        case .refused(let refusal): refusal.rawValue
        case .unknown: "no answer"
        }
    }
}

extension FactorCounts {
    /// The counts in the shape of Supabase's user object, where it can say so.
    fileprivate var json: JSONValue {
        .array(
            FactorType.allCases.flatMap { type in
                Array(
                    repeating: [
                        "factor_type": .string(type.rawValue), "status": "verified",
                    ],
                    count: min(max(self[type], 0), 100)
                )
            }
        )
    }
}
