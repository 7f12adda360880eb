/// Reads response heads from an upstream's bytes, line by line as they arrive.
package struct ResponseHeadParser: Sendable {
    private let limit: Int
    private var resumeAt = 0

    /// A parser that refuses heads of more than `limit` bytes.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Reads a head from `input`, which begins where the response begins.
    ///
    /// The result is the length of the head, or nil when more bytes are needed; `input` must then
    /// begin with the same bytes the next time.
    package mutating func parse(
        _ input: Span<UInt8>,
        answering context: ResponseContext,
        into head: inout ResponseHead
    ) throws(ResponseRejection) -> Int? {
        if self.resumeAt == 0 {
            head.reset()
            guard let next = try self.statusLine(of: input, into: &head) else { return nil }
            self.resumeAt = next
        }
        let end: Int?
        do throws(FieldSectionFault) {
            end = try input.headEnd(readingFrom: &self.resumeAt, limit: self.limit, .tolerant) {
                head.append($0)
            }
        } catch {
            throw ResponseRejection(error)
        }
        guard let end else { return nil }
        head.take(input.extracting(0..<end))
        try head.interpret(answering: context)
        return end
    }

    /// Forgets a head that was begun.
    package mutating func reset() {
        self.resumeAt = 0
    }

    /// `HTTP-version SP status-code [ SP reason-phrase ]`; the last space is often left out.
    private func statusLine(
        of input: Span<UInt8>,
        into head: inout ResponseHead
    ) throws(ResponseRejection) -> Int? {
        let end = input.firstControl(from: 0)
        guard end < self.limit else { throw .headTooLarge }
        guard end < input.count else { return nil }
        guard input[end] == .carriageReturn || input[end] == .lineFeed else {
            throw .statusLineMalformed
        }
        let next: Int?
        do throws(FieldLineFault) {
            next = try input.lineEnd(at: end, .tolerant)
        } catch {
            throw .lineEnding
        }
        guard let next else { return nil }
        guard end >= 12, input.spells("http/1.", in: ByteRange(0, 7)), input[8] == .space else {
            throw .statusLineMalformed
        }
        switch input[7] {
        case .zero: head.version = .http10
        case .zero + 1: head.version = .http11
        default: throw .versionNotSupported
        }
        guard let status = input.decimal(in: ByteRange(9, 12)), (100...599).contains(status) else {
            throw .statusMalformed
        }
        guard end == 12 || input[12] == .space else { throw .statusMalformed }
        head.status = UInt16(status)
        head.reason = ByteRange(min(13, end), end)
        return next
    }
}

extension ResponseRejection {
    fileprivate init(_ fault: FieldSectionFault) {
        switch fault {
        case .tooLarge: self = .headTooLarge
        case .line(.lineEnding): self = .lineEnding
        case .line(.name), .line(.spaceBeforeColon): self = .fieldName
        case .line(.value): self = .fieldValue
        case .line(.folded): self = .fieldFolded
        }
    }
}
