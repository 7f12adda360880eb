internal import JSON
internal import PolicyDSL

/// Facts of a user as an author writes them down.
enum SampleUser {
    /// Reads `--user`: a file, `none` for a user whom the directory does not know, or nothing.
    static func read(_ argument: String?, at now: Instant) throws(CommandFailure) -> DirectoryAnswer
    {
        guard let path = argument else { return .unknown }
        guard path != "none" else { return .refused(.userNotFound) }
        let bytes = try InputFile.read(path)
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes, limits: .standard)
        } catch {
            throw CommandFailure("`\(path)`: \(error)")
        }
        return try Self.answer(value, at: now, place: "`\(path)`")
    }

    /// The answer that a record amounts to; `null` is a user whom the directory does not know.
    static func answer(
        _ value: JSONValue,
        at now: Instant,
        place: String
    ) throws(CommandFailure) -> DirectoryAnswer {
        guard !value.isNull else { return .refused(.userNotFound) }
        guard let record = value.objectValue else {
            throw CommandFailure("\(place): facts of a user must be a JSON object")
        }
        return UserRecord(record).answer(at: now)
    }
}
