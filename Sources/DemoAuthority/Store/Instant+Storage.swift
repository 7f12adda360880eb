public import GRDB
public import PolicyDSL

// Times are kept as microseconds since 1970, so that SQL can compare them.
extension Instant: Codable, DatabaseValueConvertible {
    /// Reads microseconds.
    public init(from decoder: any Decoder) throws {
        self.init(microseconds: try decoder.singleValueContainer().decode(Int64.self))
    }

    /// Writes microseconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.microseconds)
    }

    /// Microseconds, as a column holds them.
    public var databaseValue: DatabaseValue { self.microseconds.databaseValue }

    /// Reads a column of microseconds.
    public static func fromDatabaseValue(_ value: DatabaseValue) -> Instant? {
        Int64.fromDatabaseValue(value).map { Instant(microseconds: $0) }
    }
}

extension Instant {
    func adding(seconds: Int64) -> Instant {
        self.advanced(by: Period(seconds: Int(seconds)))
    }

    /// Whole seconds since 1970.
    var seconds: Int64 { self.microseconds / 1_000_000 }
}
