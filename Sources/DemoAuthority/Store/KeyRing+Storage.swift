internal import GRDB
internal import JSON
internal import TokenSigning

/// A row of `signing_keys`.
private struct KeyRow: AuthorityRecord {
    static let databaseTableName = "signing_keys"

    let kid: String
    let state: String
    let jwk: String
}

extension KeyRing {
    /// The ring that was kept, or a new one.
    static func load(from database: Database) throws -> KeyRing {
        let entries = try KeyRow.order(sql: "rowid").fetchAll(database).compactMap { row in
            try Self.entry(row)
        }
        guard entries.isEmpty else { return KeyRing(entries: entries) }
        let ring = try KeyRing.generate()
        try ring.store(in: database)
        return ring
    }

    func store(in database: Database) throws {
        try KeyRow.deleteAll(database)
        for entry in self.entries {
            let jwk = JSONValue.object(try entry.key.privateJWK()).serialized()
            try KeyRow(kid: entry.keyID, state: entry.state.rawValue, jwk: jwk).insert(database)
        }
    }

    private static func entry(_ row: KeyRow) throws -> Entry? {
        let jwk = try JSONValue(parsing: Array(row.jwk.utf8), limits: .standard)
        guard let members = jwk.objectValue, let state = KeyState(rawValue: row.state) else {
            return nil
        }
        return Entry(key: try SigningKey(jwk: members), state: state)
    }
}
