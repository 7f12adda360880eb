internal import GRDB
internal import JSON

/// A JSON object in a column.
struct Metadata: Equatable, Sendable {
    var members: JSONObject

    init(_ members: JSONObject = [:]) {
        self.members = members
    }

    /// Takes over the members of `changes`; null removes one.
    mutating func merge(_ changes: JSONObject) {
        for member in changes {
            self.members[member.name] = member.value.isNull ? nil : member.value
        }
    }
}

extension Metadata: Codable, DatabaseValueConvertible {
    init(from decoder: any Decoder) throws {
        self.init(text: try decoder.singleValueContainer().decode(String.self))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.text)
    }

    var databaseValue: DatabaseValue { self.text.databaseValue }

    static func fromDatabaseValue(_ value: DatabaseValue) -> Metadata? {
        String.fromDatabaseValue(value).map { Metadata(text: $0) }
    }

    private var text: String { JSONValue.object(self.members).serialized() }

    private init(text: String) {
        let value = try? JSONValue(parsing: Array(text.utf8), limits: .standard)
        self.init(value?.objectValue ?? [:])
    }
}
