internal import HTTPMessage
internal import MFAPages
internal import PolicyDSL

extension PagesConfiguration {
    init(reading section: Section) {
        self.name = section.text("name")
        self.logo = section.path("logo")
        self.colour =
            section.value("color", "a colour", example: "#2f5bd7", parse: Colour.init)
            ?? Brand.defaultColour
        self.support = section.value(
            "support",
            "an https: or mailto: address",
            example: "https://help.example.com/lost-device",
            parse: Self.support
        )
        let offered = section.words("factors", of: OfferedFactor.self)
        self.factors = offered.isEmpty ? [.totp] : offered.map(\.kind)
        let channels = section.words("channels", of: PhoneChannel.self)
        self.channels = channels.isEmpty ? [.sms] : channels
        let cookie = section.section("cookie") ?? section.empty("cookie")
        self.cookie = CookieAttributes(
            domain: cookie.value(
                "domain",
                "a domain",
                example: "example.com",
                parse: Self.domain
            ),
            isHTTPOnly: cookie.flag("http_only", default: false)
        )
        cookie.finish()
        section.finish()
    }

    // Anything else in a link could run a script, or lead nowhere.
    private static func support(_ text: String) -> String? {
        if let url = WebURL(text) { return url.description }
        let address = text.dropFirst("mailto:".count)
        guard text.hasPrefix("mailto:"), address.contains("@"),
            address.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return text
    }

    // RFC 6265 section 4.1.1: a semicolon would begin another attribute.
    private static func domain(_ text: String) -> String? {
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        return isName && !text.isEmpty ? text : nil
    }
}

extension Section {
    fileprivate func words<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        of type: Word.Type
    ) -> [Word] {
        self.texts(key).compactMap { self.reading.word($0, of: type) }
    }
}
