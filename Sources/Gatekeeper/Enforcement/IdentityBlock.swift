internal import HTTPMessage
internal import PolicyDSL

/// The identity that the upstream is told, as ready field lines; `-Decision` is added per request.
enum IdentityBlock {
    /// What a caller without a verified credential gets.
    static let visitor = Self.lines(for: .visitor)

    static func lines(for caller: Caller) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(512)
        let principal = caller.principal
        Self.append("X-Gatekeeper-Class: ", principal.subjectClass.word, to: &lines)
        guard principal.subjectClass != .visitor else { return lines }
        Self.append("X-Gatekeeper-Issuer: ", caller.issuer, to: &lines)
        Self.append("X-Gatekeeper-Subject: ", caller.subject, to: &lines)
        Self.append("X-Gatekeeper-Session: ", caller.session, to: &lines)
        Self.append("X-Gatekeeper-AAL: ", principal.assurance.word, to: &lines)
        lines.append("X-Gatekeeper-Methods: ")
        Self.append(methodsOf: caller, to: &lines)
        lines.append("\r\n")
        return lines
    }

    // A method that was proven twice stands where it was proven last.
    private static func append(methodsOf caller: Caller, to lines: inout [UInt8]) {
        var listed: MethodSet = []
        for entry in caller.methods {
            guard let method = entry.method, !listed.contains(method) else { continue }
            if !listed.isEmpty { lines.append(UInt8(ascii: ",")) }
            lines.append(text: entry.word)
            listed.formUnion(MethodSet(method))
        }
    }

    private static func append(_ name: StaticString, _ value: String?, to lines: inout [UInt8]) {
        guard let value else { return }
        lines.append(name)
        lines.append(text: value)
        lines.append("\r\n")
    }
}
