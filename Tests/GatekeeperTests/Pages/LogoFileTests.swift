import Testing

@testable import Gatekeeper

@Suite struct LogoFileTests {
    @Test(
        "a picture is known by how it begins",
        arguments: [
            ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], "data:image/png;base64,iVBORw0K"),
            ([0xFF, 0xD8, 0xFF, 0xE0], "data:image/jpeg;base64,/9j/4A=="),
            (Array("RIFF....WEBPVP8 ".utf8), "data:image/webp;base64,UklGRi4uLi5XRUJQVlA4IA=="),
            (Array("<svg/>".utf8), "data:image/svg+xml;base64,PHN2Zy8+"),
            (Array("<?xml?><svg/>".utf8), "data:image/svg+xml;base64,PD94bWw/PjxzdmcvPg=="),
        ] as [([UInt8], String)]
    )
    func kinds(_ bytes: [UInt8], _ url: String) throws {
        #expect(try #require(LogoFile(bytes)).dataURL == url)
    }

    @Test(
        "anything else is none",
        arguments: ["", "GIF89a", "<html><svg/>", "<!doctype html>", "RIFF....WAVE", "\u{89}PNG"]
    )
    func others(_ text: String) {
        #expect(LogoFile(Array(text.utf8)) == nil)
    }

    @Test func itIsSmallAndThere() {
        let svg = Array("<svg/>".utf8)
        let room = LogoFile.maximumBytes - svg.count
        #expect(LogoFile(svg + Array(repeating: 0x20, count: room)) != nil)
        #expect(LogoFile(svg + Array(repeating: 0x20, count: room + 1)) == nil)
        #expect(LogoFile(at: "/no/such/file.svg") == nil)
    }
}
