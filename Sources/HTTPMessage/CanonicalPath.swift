extension RequestHead {
    /// Settles the one form of the path that is matched and forwarded.
    ///
    /// Bytes that a segment may hold stand for themselves, all others are `%` and capitals, dot
    /// segments are gone. A path that is in this form already stays where it is.
    mutating func canonicalizePath(_ range: ByteRange) throws(RequestRejection) {
        guard !self.bytes.span.isCanonicalPath(in: range) else {
            self.path = range
            return
        }
        let start = self.bytes.count
        if range.isEmpty { self.bytes.append(.slash) }
        try self.appendDecoded(range)
        try self.removeDotSegments(from: start)
        self.path = ByteRange(start, self.bytes.count)
        try self.refuseHiddenDotSegments()
    }

    /// Appends `range` with every byte in its canonical spelling.
    private mutating func appendDecoded(_ range: ByteRange) throws(RequestRejection) {
        var text = UTF8Check()
        var index = Int(range.start)
        while index < Int(range.end) {
            var byte = self.bytes[index]
            let isEncoded = byte == .percent
            if isEncoded {
                guard index + 2 < Int(range.end), let high = self.bytes[index + 1].hexValue,
                    let low = self.bytes[index + 2].hexValue
                else { throw .pathPercentEncoding }
                byte = high << 4 | low
                index += 2
            }
            index += 1
            guard text.accepts(byte) else { throw .pathNotUTF8 }
            try self.appendCanonical(byte, isEncoded: isEncoded)
        }
        guard text.isComplete else { throw .pathNotUTF8 }
    }

    private mutating func appendCanonical(
        _ byte: UInt8,
        isEncoded: Bool
    ) throws(RequestRejection) {
        switch byte {
        case 0x00...0x1F, 0x7F: throw .pathControlByte
        case .backslash: throw .pathBackslash
        case .semicolon: self.oddities.insert(.semicolon)
        case .slash where isEncoded: self.oddities.insert(.encodedSlash)
        default: break
        }
        // Servers decode whatever a segment may hold before they look at it: `/%40me` is `/@me` to
        // them, so it must be to a policy. What divides keeps the spelling that was judged.
        let divides = byte == .slash || byte == .semicolon
        let isPlain = divides ? !isEncoded : byte.isPathByte
        guard !isPlain else { return self.bytes.append(byte) }
        self.bytes.append(.percent)
        self.bytes.append(hexDigit(byte >> 4))
        self.bytes.append(hexDigit(byte & 0x0F))
    }

    /// RFC 3986 section 5.2.4, in place, for what stands behind `start`.
    private mutating func removeDotSegments(from start: Int) throws(RequestRejection) {
        var read = start
        var write = start
        let end = self.bytes.count
        while read < end {
            // INVARIANT: a slash is at `read`; the segment after it ends at the next slash or `end`.
            var stop = read + 1
            while stop < end, self.bytes[stop] != .slash {
                stop += 1
            }
            let isLast = stop == end
            switch self.segment(from: read + 1, to: stop) {
            case .dot:
                if isLast { write = self.moveByte(.slash, to: write) }
            case .dotDot:
                guard write > start else { throw .pathAboveRoot }
                repeat { write -= 1 } while self.bytes[write] != .slash
                if isLast { write = self.moveByte(.slash, to: write) }
            case .empty, .name:
                if stop == read + 1, !isLast { self.oddities.insert(.doubleSlash) }
                for index in read..<stop {
                    write = self.moveByte(self.bytes[index], to: write)
                }
            }
            read = stop
        }
        self.bytes.removeLast(end - write)
    }

    private mutating func moveByte(_ byte: UInt8, to index: Int) -> Int {
        self.bytes[index] = byte
        return index + 1
    }

    private enum Segment {
        case empty
        case dot
        case dotDot
        case name
    }

    private func segment(from start: Int, to end: Int) -> Segment {
        switch end - start {
        case 0: .empty
        case 1 where self.bytes[start] == .dot: .dot
        case 2 where self.bytes[start] == .dot && self.bytes[start + 1] == .dot: .dotDot
        default: .name
        }
    }

    /// Refuses `..;v=1` and `a%2F..`: dot segments for an upstream that cuts or decodes first.
    private func refuseHiddenDotSegments() throws(RequestRejection) {
        guard !self.oddities.isDisjoint(with: [.semicolon, .encodedSlash]) else { return }
        var start = Int(self.path.start)
        var index = start
        let end = Int(self.path.end)
        while index <= end {
            let width = index == end ? 1 : self.separatorWidth(at: index)
            guard width > 0 else {
                index += 1
                continue
            }
            switch self.segment(from: start, to: index) {
            case .dot, .dotDot: throw .pathDotSegment
            case .empty, .name: break
            }
            index += width
            start = index
        }
    }

    private func separatorWidth(at index: Int) -> Int {
        switch self.bytes[index] {
        case .slash, .semicolon: return 1
        case .percent:
            let digits = (self.bytes[index + 1], self.bytes[index + 2])
            // `%2F` and `%3B`
            return digits == (0x32, 0x46) || digits == (0x33, 0x42) ? 3 : 0
        default: return 0
        }
    }
}

extension Span where Element == UInt8 {
    /// Whether the bytes are a canonical path without anything a route would have to accept.
    fileprivate func isCanonicalPath(in range: ByteRange) -> Bool {
        guard !range.isEmpty else { return false }
        var previous: UInt8 = 0
        for index in range.indices {
            let byte = self[index]
            if byte == .slash || byte == .dot {
                guard previous != .slash else { return false }
            } else {
                guard byte.isPathByte, byte != .semicolon else { return false }
            }
            previous = byte
        }
        return true
    }
}

private func hexDigit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? .zero + nibble : 0x37 + nibble
}
