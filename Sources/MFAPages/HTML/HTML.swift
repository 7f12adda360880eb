/// A piece of a page: markup that only this module can write, and text that it always escapes.
///
/// There is no way to put ready markup in, so nothing that comes from outside can become any.
package indirect enum HTML: Sendable {
    case text(String)
    case element(Tag, [Attribute], [HTML])
    case group([HTML])
    /// The page's own style sheet, whose text is ours (`Stylesheet`).
    case style(Stylesheet)

    package static let nothing = HTML.group([])
}

extension HTML {
    /// The elements in use.
    package enum Tag: String, Sendable {
        case a
        case bdi
        case body
        case button
        case code
        case dd
        case div
        case dl
        case dt
        case footer
        case form
        case h1
        case h2
        case head
        case header
        case html
        case img
        case input
        case label
        case li
        case link
        case main
        case meta
        case nav
        case option
        case p
        case section
        case select
        case small
        case span
        case strong
        case title
        case ul

        /// Whether the element has neither content nor an end tag (HTML, section 13.1.2).
        var isVoid: Bool {
            switch self {
            case .img, .input, .link, .meta: true
            case .a, .bdi, .body, .button, .code, .dd, .div, .dl, .dt, .footer, .form, .h1, .h2,
                .head, .header, .html, .label, .li, .main, .nav, .option, .p, .section, .select,
                .small, .span, .strong, .title, .ul:
                false
            }
        }
    }

    /// One attribute; its value is escaped, and none can hold a script.
    package struct Attribute: Sendable {
        let name: String
        /// Nil for attributes that are true by being there.
        let value: String?

        static func set(_ name: StaticString, _ value: String) -> Attribute {
            Attribute(name: name.description, value: value)
        }

        static func flag(_ name: StaticString) -> Attribute {
            Attribute(name: name.description, value: nil)
        }

        static func style(_ name: StaticString) -> Attribute { .set("class", name.description) }
    }
}

extension HTML: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) {
        self = .text(value)
    }
}

extension HTML: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: HTML...) {
        self = .group(elements)
    }
}

extension HTML {
    static func tag(_ tag: Tag, _ attributes: [Attribute] = [], _ children: HTML...) -> HTML {
        .element(tag, attributes, children)
    }

    /// Somebody else's text inside a sentence: it cannot turn the sentence's direction around.
    static func foreign(_ text: String) -> HTML {
        .tag(.bdi, [], .text(text))
    }
}
