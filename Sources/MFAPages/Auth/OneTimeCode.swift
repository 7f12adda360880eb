/// The digits a user typed; whatever writes it out shows none of them.
package struct OneTimeCode: Equatable, Sendable {
    let digits: String

    /// Reads what was typed: digits of any script, with spaces and hyphens between them.
    package init?(typed text: String) {
        var digits = ""
        for character in text {
            if character.isWhitespace || character == "-" || character == "\u{2011}" { continue }
            guard let value = character.wholeNumberValue, (0...9).contains(value),
                character.unicodeScalars.allSatisfy({
                    $0.properties.generalCategory == .decimalNumber
                })
            else { return nil }
            digits += "\(value)"
        }
        guard (6...10).contains(digits.utf8.count) else { return nil }
        self.digits = digits
    }
}

extension OneTimeCode: CustomStringConvertible, CustomReflectable {
    package var description: String { "[code]" }

    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A phone number with its country code (E.164).
package struct PhoneNumber: Equatable, Sendable {
    package let text: String

    /// Reads what was typed: `+49 (0)30 1234` is refused, `0049 30-1234 567` is not.
    package init?(typed text: String) {
        var digits = ""
        var hasPlus = false
        for character in text {
            switch character {
            case " ", "-", "(", ")", ".", "/", "\u{a0}", "\u{200e}", "\u{200f}": continue
            case "+" where digits.isEmpty && !hasPlus: hasPlus = true
            default:
                guard let value = character.wholeNumberValue, (0...9).contains(value) else {
                    return nil
                }
                digits += "\(value)"
            }
        }
        if !hasPlus, digits.hasPrefix("00") {
            hasPlus = true
            digits.removeFirst(2)
        }
        guard hasPlus, (7...15).contains(digits.utf8.count), !digits.hasPrefix("0") else {
            return nil
        }
        guard !text.contains("(0)") else { return nil }
        self.text = "+\(digits)"
    }
}
