internal import HTTPMessage

/// The `Date` field of our own answers (RFC 9110 section 5.6.7), written once per tick.
struct HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private var line: [UInt8]?

    mutating func invalidate() {
        self.line = nil
    }

    /// The field line for the time `seconds` after 1970, which is asked for only when needed.
    mutating func line(at seconds: @autoclosure () -> Int) -> [UInt8] {
        if let line = self.line { return line }
        let line = Array("Date: \(Self.text(at: seconds()))\r\n".utf8)
        self.line = line
        return line
    }

    /// The IMF-fixdate form, as in `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func text(at seconds: Int) -> String {
        let day = seconds / 86_400
        let second = seconds % 86_400
        let (year, month, dayOfMonth) = Self.civil(day)
        let time = [second / 3600, second / 60 % 60, second % 60].map(Self.twoDigits)
        return "\(Self.days[day % 7]), \(Self.twoDigits(dayOfMonth)) \(Self.months[month - 1]) "
            + "\(year) \(time.joined(separator: ":")) GMT"
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    // Days to civil date in the proleptic Gregorian calendar, counted from 1 March of year 0, so
    // that the leap day is the last of its year.
    private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            era * 400 + yearOfEra + (month <= 2 ? 1 : 0),
            month,
            dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }
}
