extension Span where Element == UInt8 {
    /// The elements of a comma-separated list (RFC 9110 section 5.6.1), empty ones left out.
    ///
    /// `visit` returns whether to go on.
    func forEachListElement(in range: ByteRange, _ visit: (ByteRange) -> Bool) {
        let end = Int(range.end)
        var start = Int(range.start)
        while start < end {
            var stop = start
            while stop < end, self[stop] != .comma {
                stop &+= 1
            }
            let element = self.trimmed(start, stop)
            if !element.isEmpty, !visit(element) { return }
            start = stop &+ 1
        }
    }

    /// The range from `start` to `end` without the white space around it.
    func trimmed(_ start: Int, _ end: Int) -> ByteRange {
        var start = start
        var end = end
        while start < end, self[start].isBlank {
            start &+= 1
        }
        while end > start, self[end &- 1].isBlank {
            end &-= 1
        }
        return ByteRange(start, end)
    }

    /// Whether two ranges hold the same bytes, letters compared without case.
    func matches(_ left: ByteRange, _ right: ByteRange) -> Bool {
        guard left.count == right.count else { return false }
        for offset in 0..<left.count {
            let first = self[Int(left.start) + offset].lowercased
            guard first == self[Int(right.start) + offset].lowercased else { return false }
        }
        return true
    }

    /// One or more digits as a number that fits 63 bits; nil for anything else.
    func decimal(in range: ByteRange) -> UInt64? {
        guard !range.isEmpty, range.count <= 19 else { return nil }
        var value: UInt64 = 0
        for index in range.indices {
            guard self[index].isDigit else { return nil }
            value = value &* 10 &+ UInt64(self[index] &- .zero)
        }
        return value <= UInt64(Int64.max) ? value : nil
    }
}
