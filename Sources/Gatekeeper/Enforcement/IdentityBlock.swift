internal import PolicyDSL

/// The identity that the upstream is told, as ready field lines; `-Decision` is added per request.
enum IdentityBlock {
    /// What a caller without a verified credential gets.
    static let visitor = Self.line("Class", SubjectClass.visitor.word)

    static func lines(for caller: Caller) -> [UInt8] {
        var lines = Self.line("Class", caller.principal.subjectClass.word)
        guard caller.principal.subjectClass != .visitor else { return lines }
        if let issuer = caller.issuer { lines += Self.line("Issuer", issuer) }
        if let subject = caller.subject { lines += Self.line("Subject", subject) }
        if let session = caller.session { lines += Self.line("Session", session) }
        lines += Self.line("AAL", caller.principal.assurance.word)
        lines += Self.line("Methods", Self.methods(of: caller))
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

    private static func line(_ name: String, _ value: String) -> [UInt8] {
        Array("X-Gatekeeper-\(name): \(value)\r\n".utf8)
    }
}
