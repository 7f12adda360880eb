/// A configured value that must not be shown.
///
/// Descriptions and reflection yield where it came from, never what it is.
struct Secret: Equatable, Sendable {
    enum Origin: Equatable, Sendable {
        case literal
        case environment(template: String)
        case file(reference: String)
    }

    let value: String
    let origin: Origin
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What may be printed in its place; a reference can be read back, a literal cannot.
    var description: String {
        switch self.origin {
        case .literal: "<hidden>"
        case .environment(let template): template
        case .file(let reference): reference
        }
    }

    var debugDescription: String { self.description }

    var customMirror: Mirror { Mirror(self, children: [:]) }
}
