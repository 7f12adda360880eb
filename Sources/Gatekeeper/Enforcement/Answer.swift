internal import HTTPMessage

/// A complete answer of ours, before it is put on a wire.
struct Answer: Equatable, Sendable {
    var status: UInt16
    /// The fields as lines that end in CR LF.
    private(set) var fieldLines: [UInt8] = []
    var body: [UInt8] = []

    init(status: UInt16) {
        self.status = status
    }

    /// The value of the first field called `name`, in that spelling.
    subscript(name: String) -> String? {
        let lines = String(decoding: self.fieldLines, as: UTF8.self).split(separator: "\r\n")
        let line = lines.first { $0.hasPrefix("\(name): ") }
        return line.map { String($0.dropFirst(name.count + 2)) }
    }

    /// Adds a field; names are written as they stand.
    ///
    /// A byte that could end a line never gets out: values come from configuration and from
    /// percent-encoded text, and what is left of control bytes becomes a space.
    mutating func add(_ name: StaticString, _ value: String) {
        self.fieldLines.append(name)
        self.fieldLines.append(": ")
        let start = self.fieldLines.count
        self.fieldLines.append(contentsOf: value.utf8)
        for index in start..<self.fieldLines.count where self.fieldLines[index].isControl {
            self.fieldLines[index] = UInt8(ascii: " ")
        }
        self.fieldLines.append("\r\n")
    }

    /// Adds lines that are ready, known at compile time.
    mutating func add(lines: StaticString) {
        self.fieldLines.append(lines)
    }
}

extension UInt8 {
    fileprivate var isControl: Bool { self < 0x20 || self == 0x7F }
}
