internal import GRDB

/// A row whose columns are the snake-case names of its properties.
protocol AuthorityRecord: Codable, FetchableRecord, PersistableRecord, Sendable {}

extension AuthorityRecord {
    static var databaseColumnDecodingStrategy: DatabaseColumnDecodingStrategy {
        .convertFromSnakeCase
    }

    static var databaseColumnEncodingStrategy: DatabaseColumnEncodingStrategy {
        .convertToSnakeCase
    }
}
