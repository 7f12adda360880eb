import Testing

@testable import MFAPages

@Suite struct TextTableTests {
    @Test("every text is there, with the same places to fill", arguments: Language.allCases)
    func complete(_ language: Language) {
        for key in TextKey.allCases {
            #expect(language.texts[key] != nil, "\(language) lacks \(key)")
            #expect(language.texts[key]?.places == English.texts[key]?.places, "\(key)")
        }
    }

    @Test(
        "the language that is liked best and known",
        arguments: [
            (nil, Language.english), ("", .english), ("de", .german), ("de-AT,en;q=0.8", .german),
            ("en-US,en;q=0.9,de;q=0.8", .english), ("fr,de;q=0.5", .german), ("fr", .english),
            ("en;q=0.1, DE;q=0.2", .german), ("de;q=0", .english), ("*", .english),
            ("de;q=x,en", .english), ("xx-de", .english), ("de;q=1.5", .english),
        ] as [(String?, Language)]
    )
    func negotiation(_ field: String?, _ language: Language) {
        #expect(Language(accepting: field) == language)
    }

    @Test(
        "times are rounded up and never nothing",
        arguments: [(0, "1 s"), (59, "59 s"), (119, "119 s"), (120, "2 min"), (121, "3 min")]
    )
    func times(seconds: Int, text: String) {
        #expect(TextTable(.english, name: "Acme").time(seconds) == text)
    }

    @Test func whatIsFilledInIsEscapedAndKeepsItsDirection() {
        let texts = TextTable(.english, name: "A&B")
        let html = texts.html(.signedInAs, ["account": "<b>\u{202e}x"])
        #expect(
            String(decoding: html.bytes, as: UTF8.self)
                == "Signed in as <bdi>&lt;b&gt;\u{202e}x</bdi>"
        )
    }
}
