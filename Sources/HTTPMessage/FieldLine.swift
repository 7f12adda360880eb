/// The next line of a field section: heads of both kinds and trailers are made of these.
enum FieldLine {
    /// The line is not here in full.
    case incomplete
    /// The empty line that ends the section; the next message part starts at `next`.
    case end(next: Int)
    case field(HeadField, next: Int)
}

enum FieldLineFault: Error {
    case lineEnding
    case name
    case value
    case folded
    case spaceBeforeColon
}

/// What can be wrong with the field lines of a head.
enum FieldSectionFault: Error {
    case line(FieldLineFault)
    case tooLarge
}

/// Whose field lines are read.
enum FieldLineRules {
    /// Clients: RFC 9112 to the letter, no tolerance that another parser may not share.
    case strict
    /// Upstreams: a bare LF ends a line, and white space before the colon is removed, as
    /// RFC 9112 sections 2.2 and 5.1 allow and demand. What is forwarded is written anew.
    case tolerant
}

extension Span where Element == UInt8 {
    /// Hands the field lines from `start` on to `take` and returns where the head ends.
    ///
    /// Nil when more bytes are needed; `start` is then where the first line begins that was not
    /// read, and 0 at the end of the head.
    @inline(__always)
    func headEnd(
        readingFrom start: inout Int,
        limit: Int,
        _ rules: FieldLineRules,
        _ take: (HeadField) -> Void
    ) throws(FieldSectionFault) -> Int? {
        while true {
            let line: FieldLine
            do throws(FieldLineFault) {
                line = try self.fieldLine(at: start, rules)
            } catch {
                throw .line(error)
            }
            switch line {
            case .incomplete:
                guard self.count < limit else { throw .tooLarge }
                return nil
            case .field(let field, let next):
                guard next < limit else { throw .tooLarge }
                take(field)
                start = next
            case .end(let next):
                guard next <= limit else { throw .tooLarge }
                start = 0
                return next
            }
        }
    }

    /// Reads the field line that begins at `start`.
    func fieldLine(
        at start: Int,
        _ rules: FieldLineRules
    ) throws(FieldLineFault) -> FieldLine {
        guard start < self.count else { return .incomplete }
        switch self[start] {
        case .carriageReturn, .lineFeed:
            guard let next = try self.lineEnd(at: start, rules) else { return .incomplete }
            return .end(next: next)
        case .space, .tab:
            throw .folded
        default:
            break
        }
        guard let name = try self.fieldName(at: start, rules) else { return .incomplete }
        var valueStart = name.colon &+ 1
        while valueStart < self.count, self[valueStart].isBlank {
            valueStart &+= 1
        }
        let lineEnd = self.firstControl(from: valueStart)
        guard lineEnd < self.count else { return .incomplete }
        let byte = self[lineEnd]
        guard byte == .carriageReturn || byte == .lineFeed else { throw .value }
        guard let next = try self.lineEnd(at: lineEnd, rules) else { return .incomplete }
        var valueEnd = lineEnd
        while valueEnd > valueStart, self[valueEnd &- 1].isBlank {
            valueEnd &-= 1
        }
        let nameRange = ByteRange(start, name.end)
        return .field(
            HeadField(
                known: self.fieldName(in: nameRange),
                isPlain: valueEnd == lineEnd && next == lineEnd &+ 2 && name.end == name.colon
                    && valueStart == name.colon &+ 2 && self[name.colon &+ 1] == .space,
                name: nameRange,
                value: ByteRange(valueStart, valueEnd)
            ),
            next: next
        )
    }

    /// The index after the line ending at `index`; nil when it is not here in full.
    func lineEnd(at index: Int, _ rules: FieldLineRules) throws(FieldLineFault) -> Int? {
        if self[index] == .lineFeed {
            guard rules == .tolerant else { throw .lineEnding }
            return index &+ 1
        }
        guard index &+ 1 < self.count else { return nil }
        guard self[index &+ 1] == .lineFeed else { throw .lineEnding }
        return index &+ 2
    }

    private func fieldName(
        at start: Int,
        _ rules: FieldLineRules
    ) throws(FieldLineFault) -> (end: Int, colon: Int)? {
        var end = start
        while end < self.count, self[end].isToken {
            end &+= 1
        }
        guard end < self.count else { return nil }
        guard end > start else { throw .name }
        if self[end] == .colon { return (end, end) }
        guard self[end].isBlank else { throw .name }
        guard rules == .tolerant else { throw .spaceBeforeColon }
        var colon = end
        while colon < self.count, self[colon].isBlank {
            colon &+= 1
        }
        guard colon < self.count else { return nil }
        guard self[colon] == .colon else { throw .name }
        return (end, colon)
    }
}
