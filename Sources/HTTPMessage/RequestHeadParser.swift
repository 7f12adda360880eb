/// Reads request heads from a stream of bytes, line by line as they arrive.
package struct RequestHeadParser: Sendable {
    private let limit: Int
    /// Where the first line that was not read begins; 0 before the request line.
    private var resumeAt = 0

    /// A parser that refuses heads of more than `limit` bytes, the empty line included.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Reads a head from `input`, which begins where the message begins.
    ///
    /// The result is the length of the head, or nil when more bytes are needed; `input` must then
    /// begin with the same bytes the next time. After a throw the connection is of no more use.
    package mutating func parse(
        _ input: Span<UInt8>,
        into head: inout RequestHead
    ) throws(RequestRejection) -> Int? {
        if self.resumeAt == 0 {
            head.reset()
            guard let next = try self.requestLine(of: input, into: &head) else { return nil }
            self.resumeAt = next
        }
        let end: Int?
        do throws(FieldSectionFault) {
            end = try input.headEnd(readingFrom: &self.resumeAt, limit: self.limit, .strict) {
                head.append($0)
            }
        } catch {
            throw RequestRejection(error)
        }
        guard let end else { return nil }
        head.take(input.extracting(0..<end))
        try head.interpret()
        return end
    }

    /// The part of `input` that is known not to complete a head may stay unread; this forgets it.
    package mutating func reset() {
        self.resumeAt = 0
    }

    private func requestLine(
        of input: Span<UInt8>,
        into head: inout RequestHead
    ) throws(RequestRejection) -> Int? {
        guard let start = try Self.skippingEmptyLine(input) else { return nil }
        let end = input.firstControl(from: start)
        guard end < self.limit else { throw .targetTooLong }
        // A method is checked as soon as it is here: garbage needs no line ending to be refused.
        let methodEnd = try Self.methodEnd(in: input, from: start)
        guard end < input.count else { return nil }
        switch input[end] {
        case .carriageReturn, .lineFeed: break
        default: throw .requestLineMalformed
        }
        let next: Int?
        do throws(FieldLineFault) {
            next = try input.lineEnd(at: end, .strict)
        } catch {
            throw .lineEnding
        }
        guard let next else { return nil }
        guard methodEnd < end else { throw .requestLineMalformed }
        let target = ByteRange(methodEnd &+ 1, try Self.targetEnd(in: input, methodEnd &+ 1, end))
        let version = ByteRange(Int(target.end) &+ 1, end)
        head.method = ByteRange(start, methodEnd)
        head.target = target
        head.version = try Self.version(in: input, version)
        head.methodKind = input.methodKind(in: head.method)
        guard !input.isRefusedMethod(in: head.method) else { throw .methodNotAllowed }
        return next
    }

    // RFC 9112 section 2.2: one empty line before the request line is ignored.
    private static func skippingEmptyLine(_ input: Span<UInt8>) throws(RequestRejection) -> Int? {
        guard !input.isEmpty else { return nil }
        guard input[0] != .lineFeed else { throw .lineEnding }
        guard input[0] == .carriageReturn else { return 0 }
        guard input.count > 1 else { return nil }
        guard input[1] == .lineFeed else { throw .lineEnding }
        guard input.count > 2 else { return nil }
        guard input[2] != .carriageReturn, input[2] != .lineFeed else {
            throw .requestLineMalformed
        }
        return 2
    }

    private static func methodEnd(
        in input: Span<UInt8>,
        from start: Int
    ) throws(RequestRejection) -> Int {
        var end = start
        while end < input.count, input[end].isToken {
            end &+= 1
        }
        guard end < input.count else { return end }
        switch input[end] {
        case .space:
            guard end > start else { throw .methodMalformed }
            return end
        case .carriageReturn: throw .requestLineMalformed
        case .lineFeed: throw .lineEnding
        default: throw .methodMalformed
        }
    }

    private static func targetEnd(
        in input: Span<UInt8>,
        _ start: Int,
        _ end: Int
    ) throws(RequestRejection) -> Int {
        var index = start
        while index < end, !input[index].isBlank {
            index &+= 1
        }
        guard index > start, index < end, input[index] == .space else {
            throw .requestLineMalformed
        }
        return index
    }

    private static func version(
        in input: Span<UInt8>,
        _ range: ByteRange
    ) throws(RequestRejection) -> HTTPVersion {
        guard range.count == 8 else { throw .requestLineMalformed }
        let start = Int(range.start)
        // RFC 9112 section 2.3: the name is case-sensitive.
        let isHTTP =
            input[start] == 0x48 && input[start + 1] == 0x54 && input[start + 2] == 0x54
            && input[start + 3] == 0x50 && input[start + 4] == .slash
            && input[start + 5].isDigit && input[start + 6] == .dot && input[start + 7].isDigit
        guard isHTTP else { throw .requestLineMalformed }
        guard input[start + 5] == .zero + 1 else { throw .versionNotSupported }
        switch input[start + 7] {
        case .zero: return .http10
        case .zero + 1: return .http11
        default: throw .versionNotSupported
        }
    }
}

extension RequestRejection {
    fileprivate init(_ fault: FieldSectionFault) {
        switch fault {
        case .tooLarge: self = .headTooLarge
        case .line(.lineEnding): self = .lineEnding
        case .line(.name): self = .fieldName
        case .line(.value): self = .fieldValue
        case .line(.folded): self = .fieldFolded
        case .line(.spaceBeforeColon): self = .fieldSpaceBeforeColon
        }
    }
}
