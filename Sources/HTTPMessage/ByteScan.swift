// The one file of this target with unsafe code: loads of many bytes at a time, literals as
// pointers, and copies out of spans. Every load is bounds-checked by the span it reads from.

/// Repeats `byte` in all eight bytes of a word.
private func repeated(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }

/// Bit 7 of every byte of `word` that is a control byte or HTAB; bits above the lowest one set may
/// be wrong.
@inline(__always)
private func controls(in word: UInt64) -> UInt64 {
    let low = (word &- repeated(0x20)) & ~word
    let deleted = word ^ repeated(0x7F)
    return (low | ((deleted &- repeated(0x01)) & ~deleted)) & repeated(0x80)
}

/// 64 bytes at a time: most of a head is a token or cookies.
private typealias Block = SIMD8<UInt64>

extension Block {
    /// Whether any byte is a control byte or HTAB.
    @inline(__always) fileprivate var hasControl: Bool {
        let low = (self &- Block(repeating: repeated(0x20))) & ~self
        let deleted = self ^ Block(repeating: repeated(0x7F))
        return (low | ((deleted &- Block(repeating: repeated(0x01))) & ~deleted)).hasHighBit
    }

    /// Whether any byte is 0 to 32.
    @inline(__always) fileprivate var hasBlank: Bool {
        ((self &- Block(repeating: repeated(0x21))) & ~self).hasHighBit
    }

    @inline(__always) private var hasHighBit: Bool {
        let half = self.lowHalf | self.highHalf
        let quarter = half.lowHalf | half.highHalf
        return (quarter[0] | quarter[1]) & repeated(0x80) != 0
    }
}

extension RawSpan {
    @inline(__always)
    fileprivate func block(at index: Int) -> Block {
        unsafe self.unsafeLoadUnaligned(fromByteOffset: index, as: Block.self)
    }

    /// The eight bytes at `index`, the first one lowest.
    @inline(__always)
    fileprivate func word(at index: Int) -> UInt64 {
        unsafe self.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
    }
}

extension Span where Element == UInt8 {
    /// The index of the first byte at or after `start` that is a control byte.
    ///
    /// Control bytes are 0 to 31 and 127, save HTAB; the count when there is none.
    @inline(__always)
    func firstControl(from start: Int) -> Int {
        let raw = unsafe self.bytes
        var index = start
        // Most lines are short; those that are not are long.
        if self.skipWords(&index, before: Swift.min(start &+ 32, self.count)) { return index }
        while index &+ 64 <= self.count, !raw.block(at: index).hasControl {
            index &+= 64
        }
        if self.skipWords(&index, before: self.count) { return index }
        while index < self.count, !self[index].isControl {
            index &+= 1
        }
        return index
    }

    /// Moves `index` on by whole words without a control byte; true when it has come to one.
    @inline(__always)
    private func skipWords(_ index: inout Int, before end: Int) -> Bool {
        let raw = unsafe self.bytes
        while index &+ 8 <= end {
            let found = controls(in: raw.word(at: index))
            guard found != 0 else {
                index &+= 8
                continue
            }
            index &+= found.trailingZeroBitCount >> 3
            guard self[index] == .tab else { return true }
            index &+= 1
        }
        return false
    }

    /// Whether a space or HTAB stands in `range`, which is part of a field's value: no other byte
    /// up to the space can be in one.
    package func containsBlank(in range: ByteRange) -> Bool {
        let raw = unsafe self.bytes
        var index = Int(range.start)
        while index &+ 64 <= Int(range.end) {
            if raw.block(at: index).hasBlank { return true }
            index &+= 64
        }
        while index < Int(range.end) {
            if self[index] <= .space { return true }
            index &+= 1
        }
        return false
    }

    /// Whether the bytes in `range` spell `literal`, which is lower case, in any case.
    ///
    /// Exact for field-name bytes: setting bit 5 maps no other of them onto a letter, digit or `-`.
    @inline(__always)
    package func spells(_ literal: StaticString, in range: ByteRange) -> Bool {
        guard range.count == literal.utf8CodeUnitCount else { return false }
        let expected = unsafe literal.utf8Start
        let start = Int(range.start)
        for offset in 0..<range.count {
            guard unsafe self[start &+ offset] | 0x20 == expected[offset] else { return false }
        }
        return true
    }

    /// Whether `range` begins with `literal` as a whole path segment.
    func beginsWithSegment(_ literal: StaticString, in range: ByteRange) -> Bool {
        let length = literal.utf8CodeUnitCount
        guard range.count >= length else { return false }
        let expected = unsafe literal.utf8Start
        let start = Int(range.start)
        for offset in 0..<length {
            guard unsafe self[start &+ offset] == expected[offset] else { return false }
        }
        return range.count == length || self[start &+ length] == .slash
    }

    /// Like `spells`, with every byte that is no letter and no digit read as `-`.
    ///
    /// CGI and its heirs hand such bytes to applications as one and the same `_`.
    func spellsFolded(_ literal: StaticString, in range: ByteRange) -> Bool {
        guard range.count == literal.utf8CodeUnitCount else { return false }
        return self.hasFoldedPrefix(literal, in: range)
    }

    func hasFoldedPrefix(_ literal: StaticString, in range: ByteRange) -> Bool {
        let length = literal.utf8CodeUnitCount
        guard range.count >= length else { return false }
        let expected = unsafe literal.utf8Start
        let start = Int(range.start)
        for offset in 0..<length {
            let byte = self[start &+ offset]
            let folded = byte.isAlphanumeric ? byte | 0x20 : .hyphen
            guard unsafe folded == expected[offset] else { return false }
        }
        return true
    }
}

extension [UInt8] {
    /// Appends the bytes of a span.
    @inline(__always)
    package mutating func append(copying span: Span<UInt8>) {
        unsafe span.withUnsafeBufferPointer { unsafe self.append(contentsOf: $0) }
    }

    /// Appends ASCII text known at compile time.
    @inline(__always)
    package mutating func append(_ literal: StaticString) {
        unsafe self.append(
            contentsOf: UnsafeBufferPointer(
                start: literal.utf8Start,
                count: literal.utf8CodeUnitCount
            )
        )
    }
}
