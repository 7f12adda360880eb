internal import Markup

extension HTML {
    /// The markup as UTF-8.
    package var bytes: [UInt8] {
        var out: [UInt8] = []
        self.append(to: &out)
        return out
    }

    /// A whole document.
    package var document: [UInt8] {
        var out = Array("<!doctype html>\n".utf8)
        self.append(to: &out)
        out.append(UInt8(ascii: "\n"))
        return out
    }

    private func append(to out: inout [UInt8]) {
        switch self {
        case .text(let text):
            MarkupText.append(text, to: &out)
        case .group(let children):
            for child in children { child.append(to: &out) }
        case .style(let stylesheet):
            out += "<style>".utf8
            out += stylesheet.text.utf8
            out += "</style>".utf8
        case .element(let tag, let attributes, let children):
            Self.appendStart(of: tag, attributes, to: &out)
            guard !tag.isVoid else { return }
            for child in children { child.append(to: &out) }
            out += "</\(tag.rawValue)>".utf8
        }
    }

    private static func appendStart(of tag: Tag, _ attributes: [Attribute], to out: inout [UInt8]) {
        out += "<\(tag.rawValue)".utf8
        for attribute in attributes {
            out += " \(attribute.name)".utf8
            guard let value = attribute.value else { continue }
            out += "=\"".utf8
            MarkupText.append(value, to: &out)
            out.append(UInt8(ascii: "\""))
        }
        out.append(UInt8(ascii: ">"))
    }
}
