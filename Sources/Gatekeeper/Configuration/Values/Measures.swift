/// A length of time as the configuration writes it: `700ms`, `10s`, `5m`, `1h`.
enum DurationSyntax {
    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000),
    ]

    /// Ten years; longer is a slip of the finger and would overflow deadlines.
    private static let longest: Int64 = 315_360_000_000

    static func parse(_ text: String) -> Duration? {
        for unit in self.units where text.hasSuffix(unit.suffix) {
            guard let count = decimal(text.dropLast(unit.suffix.count)) else { continue }
            let (total, isOverflowing) = count.multipliedReportingOverflow(by: unit.milliseconds)
            guard !isOverflowing, total <= self.longest else { return nil }
            return .milliseconds(total)
        }
        return nil
    }

    /// The shortest spelling that is exact.
    static func format(_ duration: Duration) -> String {
        let total = duration.milliseconds
        let unit = self.units.last { total % $0.milliseconds == 0 && total >= $0.milliseconds }
        guard let unit else { return "\(total / 1_000)s" }
        return "\(total / unit.milliseconds)\(unit.suffix)"
    }
}

/// A number of bytes as the configuration writes it: `512B`, `16KiB`, `1MiB`, `1GiB`.
enum SizeSyntax {
    private static let units: [(suffix: String, bytes: Int64)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]

    private static let largest: Int64 = 64 << 30

    static func parse(_ text: String) -> Int? {
        for unit in self.units where text.hasSuffix(unit.suffix) {
            guard let count = decimal(text.dropLast(unit.suffix.count)) else { continue }
            let (total, isOverflowing) = count.multipliedReportingOverflow(by: unit.bytes)
            guard !isOverflowing, total <= self.largest else { return nil }
            return Int(total)
        }
        return nil
    }

    static func format(_ bytes: Int) -> String {
        let unit = self.units.first { Int64(bytes) % $0.bytes == 0 && Int64(bytes) >= $0.bytes }
        guard let unit else { return "\(bytes)B" }
        return "\(Int64(bytes) / unit.bytes)\(unit.suffix)"
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var milliseconds: Int64 {
        self.components.seconds * 1_000 + self.components.attoseconds / 1_000_000_000_000_000
    }
}

private func decimal(_ digits: Substring) -> Int64? {
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        return nil
    }
    return Int64(digits)
}
