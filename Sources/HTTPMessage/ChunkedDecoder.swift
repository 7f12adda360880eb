/// Finds the data in a chunked body (RFC 9112 section 7.1), across any split of its bytes.
///
/// Extensions are dropped, trailers are collected; both are bounded.
package struct ChunkedDecoder: Sendable {
    private enum State {
        case size
        case data(UInt64)
        case dataEnding
        case trailers
    }

    private static let maximumSizeLine = 256

    private let rules: FieldLineRules
    private let maximumTrailers: Int
    private var state = State.size
    /// Trailer fields that may pass, written out as `name: value` lines.
    package private(set) var trailers: [UInt8] = []
    private var trailerBytes = 0

    private init(rules: FieldLineRules, maximumTrailers: Int) {
        self.rules = rules
        self.maximumTrailers = maximumTrailers
    }

    /// A decoder for request bodies.
    package static func forRequests(maximumTrailers: Int) -> Self {
        Self(rules: .strict, maximumTrailers: maximumTrailers)
    }

    /// A decoder for upstreams' response bodies.
    package static func forResponses(maximumTrailers: Int) -> Self {
        Self(rules: .tolerant, maximumTrailers: maximumTrailers)
    }

    /// What the next bytes are.
    package enum Step: Equatable, Sendable {
        /// The first `skipping` bytes are framing, the next `count` are data.
        case data(skipping: Int, count: Int)
        /// The first `skipping` bytes are framing and the body is at its end.
        case end(skipping: Int)
        /// The first `skipping` bytes are framing; what follows is not yet a whole line.
        case incomplete(skipping: Int)
    }

    /// Reads on; a caller that got data passes what follows it the next time.
    package mutating func next(_ input: Span<UInt8>) throws(ChunkFault) -> Step {
        var index = 0
        while index < input.count {
            switch self.state {
            case .size:
                guard let line = try self.sizeLine(in: input, at: index) else {
                    return .incomplete(skipping: index)
                }
                index = line.next
                self.state = line.size == 0 ? .trailers : .data(line.size)
            case .data(let remaining):
                let count = Int(min(remaining, UInt64(input.count - index)))
                let left = remaining - UInt64(count)
                self.state = left == 0 ? .dataEnding : .data(left)
                return .data(skipping: index, count: count)
            case .dataEnding:
                guard input[index] == .carriageReturn else { throw .ending }
                guard index + 1 < input.count else { return .incomplete(skipping: index) }
                guard input[index + 1] == .lineFeed else { throw .ending }
                index += 2
                self.state = .size
            case .trailers:
                switch try self.trailerLine(in: input, at: index) {
                case .incomplete:
                    guard input.count - index + self.trailerBytes <= self.maximumTrailers else {
                        throw .trailersTooLarge
                    }
                    return .incomplete(skipping: index)
                case .field(let field, let next):
                    self.trailerBytes += next - index
                    guard self.trailerBytes <= self.maximumTrailers else {
                        throw .trailersTooLarge
                    }
                    self.keep(field, of: input)
                    index = next
                case .end(let next):
                    self.state = .size
                    return .end(skipping: next)
                }
            }
        }
        return .incomplete(skipping: index)
    }
}

/// What is wrong with a chunked body.
package enum ChunkFault: Error, Equatable, Sendable {
    case size
    case ending
    case trailerField
    case trailersTooLarge
}

extension ChunkedDecoder {
    /// Reads `chunk-size [ chunk-ext ] CRLF`; nil when it is not here in full.
    private func sizeLine(
        in input: Span<UInt8>,
        at start: Int
    ) throws(ChunkFault) -> (size: UInt64, next: Int)? {
        var index = start
        var size: UInt64 = 0
        while index < input.count, let digit = input[index].hexValue {
            // 15 digits: more than any body, and far from overflow.
            guard index - start < 15 else { throw .size }
            size = size << 4 | UInt64(digit)
            index += 1
        }
        guard index < input.count else { return nil }
        guard index > start else { throw .size }
        let afterSize = index
        while index < input.count, input[index].isBlank {
            index += 1
        }
        guard index - start < Self.maximumSizeLine else { throw .size }
        guard index < input.count else { return nil }
        if input[index] == .semicolon {
            index = input.firstControl(from: index)
            guard index - start < Self.maximumSizeLine else { throw .size }
            guard index < input.count else { return nil }
        } else {
            guard index == afterSize else { throw .size }
        }
        guard input[index] == .carriageReturn else { throw .size }
        guard index + 1 < input.count else { return nil }
        guard input[index + 1] == .lineFeed else { throw .size }
        return (size, index + 2)
    }

    private func trailerLine(
        in input: Span<UInt8>,
        at index: Int
    ) throws(ChunkFault) -> FieldLine {
        do throws(FieldLineFault) {
            return try input.fieldLine(at: index, self.rules)
        } catch {
            throw .trailerField
        }
    }

    // RFC 9110 section 6.5.1: trailers must not change framing, routing, credentials or content.
    // Every name with a meaning to us or to a proxy's peer is one of those.
    private mutating func keep(_ field: HeadField, of input: Span<UInt8>) {
        guard field.known == .other else { return }
        self.trailers.append(copying: input.extracting(field.name.indices))
        self.trailers.append(": ")
        self.trailers.append(copying: input.extracting(field.value.indices))
        self.trailers.append("\r\n")
    }
}
