/// Copies the field lines of a head, joining neighbours that need no change into one copy.
struct FieldCopy {
    private var run = 0..<0

    mutating func pass(_ field: HeadField, of source: Span<UInt8>, to out: inout [UInt8]) {
        guard field.isPlain else {
            self.flush(source, to: &out)
            out.append(copying: source.extracting(field.name.indices))
            out.append(": ")
            out.append(copying: source.extracting(field.value.indices))
            out.append("\r\n")
            return
        }
        let line = Int(field.name.start)..<(Int(field.value.end) + 2)
        if line.lowerBound == self.run.upperBound {
            self.run = self.run.lowerBound..<line.upperBound
        } else {
            self.flush(source, to: &out)
            self.run = line
        }
    }

    mutating func flush(_ source: Span<UInt8>, to out: inout [UInt8]) {
        guard !self.run.isEmpty else { return }
        out.append(copying: source.extracting(self.run))
        self.run = 0..<0
    }
}

extension [UInt8] {
    /// Appends a number in decimal, with zeros before it up to `width` digits, at most 20.
    package mutating func append(decimal number: UInt64, width: Int = 1) {
        var digits = InlineArray<20, UInt8>(repeating: .zero)
        var start = digits.count
        var rest = number
        repeat {
            start &-= 1
            digits[start] = .zero + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        start = Swift.max(0, Swift.min(start, digits.count - width))
        self.append(copying: digits.span.extracting(start..<digits.count))
    }

    /// Appends a number in hexadecimal without leading zeros.
    package mutating func append(hexadecimal number: UInt64) {
        if number >= 16 { self.append(hexadecimal: number >> 4) }
        let nibble = UInt8(truncatingIfNeeded: number & 0x0F)
        self.append(nibble < 10 ? .zero + nibble : 0x57 + nibble)
    }
}
