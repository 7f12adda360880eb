/// Why a text was not read as JSON.
package enum JSONError: Error, Equatable, Sendable {
    case tooLarge(maximumBytes: Int)
    case tooDeep(maximumDepth: Int)
    case tooManyMembers(maximumMembers: Int)
    case malformed(JSONProblem, at: JSONPosition)
}

/// What is wrong with a malformed text.
package enum JSONProblem: String, CaseIterable, Sendable {
    case syntax
    case endOfText
    case trailingText
    case duplicateName
    case invalidUTF8
    case nullCharacter
    case numberOutOfRange
}

/// Where in a text a problem was noticed.
package struct JSONPosition: Equatable, Sendable {
    /// Bytes read when the problem was noticed.
    package let byteOffset: Int

    /// Counted from 1.
    package let line: Int

    /// Counted in characters.
    package let column: Int

    package init(byteOffset: Int, line: Int, column: Int) {
        self.byteOffset = byteOffset
        self.line = line
        self.column = column
    }
}

extension JSONError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLarge(let maximum): "the text is larger than \(maximum) bytes"
        case .tooDeep(let maximum): "the text nests deeper than \(maximum) levels"
        case .tooManyMembers(let maximum): "an array or object holds more than \(maximum) members"
        case .malformed(let problem, let position):
            "\(problem) at line \(position.line), column \(position.column)"
        }
    }
}

extension JSONProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .syntax: "the text is not JSON"
        case .endOfText: "the text ends too early"
        case .trailingText: "the text goes on after its value"
        case .duplicateName: "an object repeats a member name"
        case .invalidUTF8: "the text is not valid UTF-8"
        case .nullCharacter: "a string holds a NUL character"
        case .numberOutOfRange: "a number is out of range"
        }
    }
}
