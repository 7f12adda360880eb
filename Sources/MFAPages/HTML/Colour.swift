/// A colour of the sRGB space, as brands name theirs.
package struct Colour: Hashable, Sendable {
    package let red: UInt8
    package let green: UInt8
    package let blue: UInt8

    package init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// Reads `#rrggbb` or `#rgb`.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.first == UInt8(ascii: "#") else { return nil }
        var digits: [UInt8] = []
        for byte in bytes.dropFirst() {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            digits.append(UInt8(digit))
        }
        switch digits.count {
        case 3: self.init(red: digits[0] * 17, green: digits[1] * 17, blue: digits[2] * 17)
        case 6:
            self.init(
                red: digits[0] << 4 | digits[1],
                green: digits[2] << 4 | digits[3],
                blue: digits[4] << 4 | digits[5]
            )
        default: return nil
        }
    }

    package static let white = Colour(red: 255, green: 255, blue: 255)
    package static let black = Colour(red: 0, green: 0, blue: 0)
}

extension Colour: CustomStringConvertible {
    package var description: String {
        "#"
            + [self.red, self.green, self.blue].map { channel in
                let digits = String(channel, radix: 16)
                return channel < 16 ? "0\(digits)" : digits
            }.joined()
    }
}

// WCAG 2.2, "relative luminance" and "contrast ratio".
extension Colour {
    var luminance: Double {
        0.2126 * Self.linear(self.red) + 0.7152 * Self.linear(self.green)
            + 0.0722 * Self.linear(self.blue)
    }

    package func contrast(with other: Colour) -> Double {
        let (one, two) = (self.luminance, other.luminance)
        return (max(one, two) + 0.05) / (min(one, two) + 0.05)
    }

    /// The colour, moved towards black or white as little as it takes to be read on `background`.
    package func readable(on background: Colour, ratio: Double = 4.5) -> Colour {
        let end = background.luminance > 0.18 ? Colour.black : .white
        for step in 0...20 {
            let mixed = self.mixed(with: end, share: Double(step) / 20)
            if mixed.contrast(with: background) >= ratio { return mixed }
        }
        return end
    }

    /// Black or white, whichever is read better on this colour.
    package var ink: Colour {
        self.contrast(with: .white) >= self.contrast(with: .black) ? .white : .black
    }

    private func mixed(with other: Colour, share: Double) -> Colour {
        func mix(_ one: UInt8, _ two: UInt8) -> UInt8 {
            UInt8((Double(one) * (1 - share) + Double(two) * share).rounded())
        }
        return Colour(
            red: mix(self.red, other.red),
            green: mix(self.green, other.green),
            blue: mix(self.blue, other.blue)
        )
    }

    private static func linear(_ channel: UInt8) -> Double {
        let value = Double(channel) / 255
        guard value > 0.04045 else { return value / 12.92 }
        let base = (value + 0.055) / 1.055
        // base^2.4 = (base^12)^(1/5); Newton's method for the fifth root.
        let power = (1...12).reduce(1.0) { product, _ in product * base }
        var root = base
        for _ in 0..<30 {
            let fourth = root * root * root * root
            root -= (fourth * root - power) / (5 * fourth)
        }
        return root
    }
}
