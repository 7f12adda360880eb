internal import HTTPMessage
internal import PolicyDSL

/// The identity that the upstream is told, as ready field lines; `-Decision` is added per request.
enum IdentityBlock {
    /// What a caller without a verified credential gets.
    static let visitor = Self.lines(for: .visitor)

    static func lines(for caller: Caller) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(512)
        Self.append("Class", caller.principal.subjectClass.word, to: &lines)
        guard caller.principal.subjectClass != .visitor else { return lines }
        if let issuer = caller.issuer { Self.append("Issuer", issuer, to: &lines) }
        if let subject = caller.subject { Self.append("Subject", subject, to: &lines) }
        if let session = caller.session { Self.append("Session", session, to: &lines) }
        Self.append("AAL", caller.principal.assurance.word, to: &lines)
        Self.append("Methods", Self.methods(of: caller), to: &lines)
        return lines
    }

    // A method that was proven twice stands where it was proven last.
    private static func methods(of caller: Caller) -> String {
        var words: [String] = []
        for entry in caller.methods where entry.method != nil && !words.contains(entry.word) {
            words.append(entry.word)
        }
        return words.joined(separator: ",")
    }

    private static func append(_ name: StaticString, _ value: String, to lines: inout [UInt8]) {
        lines.append("X-Gatekeeper-")
        lines.append(name)
        lines.append(": ")
        lines.append(text: value)
        lines.append("\r\n")
    }
}
