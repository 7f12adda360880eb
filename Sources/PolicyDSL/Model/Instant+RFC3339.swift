extension Instant {
    /// Reads an RFC 3339 `date-time` such as `2026-10-01T12:00:00.5+02:00`.
    ///
    /// Digits beyond the microsecond are dropped. A leap second is read as the second after it.
    public init?(rfc3339 text: some StringProtocol) {
        var reader = DateReader(text: Array(text.utf8))
        guard let instant = reader.dateTime() else { return nil }
        self = instant
    }

    /// Reads an RFC 3339 `full-date`, which stands for its first instant in UTC.
    public init?(date text: some StringProtocol) {
        var reader = DateReader(text: Array(text.utf8))
        guard let days = reader.date(), reader.isAtEnd else { return nil }
        self.init(microseconds: days * 86_400_000_000)
    }
}

extension Instant: CustomStringConvertible {
    /// The RFC 3339 form in UTC, with a fraction only where there is one.
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(27)
        self.append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the RFC 3339 form.
    package func append(to text: inout [UInt8]) {
        let day = self.microseconds.flooredDivision(by: 86_400_000_000)
        var rest = self.microseconds % 86_400_000_000
        if rest < 0 { rest += 86_400_000_000 }
        let (year, month, dayOfMonth) = civilDate(daysSince1970: day)
        let fraction = rest % 1_000_000
        rest /= 1_000_000
        if year < 0 { text.append(UInt8(ascii: "-")) }
        text.append(year.magnitude, padded: 4)
        text.append(UInt8(ascii: "-"))
        text.append(month.magnitude, padded: 2)
        text.append(UInt8(ascii: "-"))
        text.append(dayOfMonth.magnitude, padded: 2)
        text.append(UInt8(ascii: "T"))
        text.append((rest / 3_600).magnitude, padded: 2)
        text.append(UInt8(ascii: ":"))
        text.append((rest / 60 % 60).magnitude, padded: 2)
        text.append(UInt8(ascii: ":"))
        text.append((rest % 60).magnitude, padded: 2)
        if fraction != 0 {
            text.append(UInt8(ascii: "."))
            text.append(fraction.magnitude, padded: 6)
            while text.last == UInt8(ascii: "0") {
                text.removeLast()
            }
        }
        text.append(UInt8(ascii: "Z"))
    }
}

private struct DateReader {
    let text: [UInt8]
    var index = 0

    init(text: [UInt8]) {
        self.text = text
    }

    var isAtEnd: Bool { self.index == self.text.count }

    mutating func dateTime() -> Instant? {
        guard let days = self.date(), self.skip("T", "t", " "),
            let seconds = self.timeOfDay(), let fraction = self.fraction(),
            let offset = self.offset(), self.isAtEnd
        else { return nil }
        return Instant(
            microseconds: (days * 86_400 + seconds - offset) * 1_000_000 + fraction
        )
    }

    mutating func date() -> Int64? {
        guard let year = self.number(4), self.skip("-"), let month = self.number(2),
            self.skip("-"), let day = self.number(2),
            (1...12).contains(month), day >= 1, day <= daysIn(month, of: year)
        else { return nil }
        return daysSince1970(year: year, month: month, day: day)
    }

    private mutating func timeOfDay() -> Int64? {
        guard let hour = self.number(2), self.skip(":"), let minute = self.number(2),
            self.skip(":"), let second = self.number(2), hour <= 23, minute <= 59, second <= 60
        else { return nil }
        return hour * 3_600 + minute * 60 + second
    }

    private mutating func fraction() -> Int64? {
        guard self.skip(".") else { return 0 }
        var value: Int64 = 0
        var digits = 0
        while let digit = self.digit() {
            if digits < 6 { value = value * 10 + digit }
            digits += 1
        }
        guard digits > 0 else { return nil }
        for _ in 0..<max(0, 6 - digits) {
            value *= 10
        }
        return value
    }

    private mutating func offset() -> Int64? {
        if self.skip("Z", "z") { return 0 }
        let isWest = self.skip("-")
        guard isWest || self.skip("+"), let hours = self.number(2), self.skip(":"),
            let minutes = self.number(2), hours <= 23, minutes <= 59
        else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        return isWest ? -seconds : seconds
    }

    private mutating func number(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let digit = self.digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private mutating func digit() -> Int64? {
        guard self.index < self.text.count else { return nil }
        let byte = self.text[self.index]
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        self.index += 1
        return Int64(byte - UInt8(ascii: "0"))
    }

    private mutating func skip(_ choices: Unicode.Scalar...) -> Bool {
        guard self.index < self.text.count,
            choices.contains(Unicode.Scalar(self.text[self.index]))
        else { return false }
        self.index += 1
        return true
    }
}

extension [UInt8] {
    /// Appends a number with zeros before it up to `width` digits.
    fileprivate mutating func append(_ number: UInt64, padded width: Int) {
        let hasMore = number >= 100 || width > 2
        if hasMore { self.append(number / 100, padded: width - 2) }
        if hasMore || number >= 10 || width > 1 {
            self.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10 % 10))
        }
        self.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }
}

private func daysIn(_ month: Int64, of year: Int64) -> Int64 {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    switch month {
    case 2: return isLeap ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
}

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years start in March and are
// grouped into eras of 400 years, which have 146,097 days each.
private func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted.flooredDivision(by: 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
}

private func civilDate(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = shifted.flooredDivision(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let leapCorrected = dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096
    let yearOfEra = leapCorrected / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = self.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
