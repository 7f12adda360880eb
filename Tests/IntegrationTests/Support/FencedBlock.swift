import Testing

/// A fenced block of a page.
struct FencedBlock: CustomTestStringConvertible, Sendable {
    let page: String
    /// The line of its fence.
    let line: Int
    let text: String

    var testDescription: String { "\(self.page):\(self.line)" }

    /// The blocks of a page whose fence is marked so.
    static func all(in page: String, marked mark: String) -> [FencedBlock] {
        let text = (try? Project.text(of: page)) ?? ""
        var blocks: [FencedBlock] = []
        var open: (line: Int, text: String)?
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if let block = open, line == "```" {
                blocks.append(FencedBlock(page: page, line: block.line, text: block.text))
                open = nil
            } else if open != nil {
                open?.text += line + "\n"
            } else if line == "```\(mark)" {
                open = (index + 1, "")
            }
        }
        return blocks
    }
}
