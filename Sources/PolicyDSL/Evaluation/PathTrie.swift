/// Path patterns as a tree of segments, which a path walks without a copy of any of its bytes.
///
/// Every pattern ends in a *terminal*, a number under which the caller keeps what it wants.
struct PathTrie: Sendable {
    private struct Node: Sendable {
        /// Where `*` leads; -1 where no pattern goes on so.
        var wildcard: Int32 = -1
        /// The terminal of patterns that end here; -1 where none does.
        var exact: Int32 = -1
        /// The terminal of patterns that go on with `/**`; -1 where none does.
        var subtree: Int32 = -1
    }

    private var nodes: [Node] = []
    private var literals = LabelTable()
    private(set) var terminalCount = 0

    /// Adds the root of one more tree.
    mutating func addRoot() -> Int32 {
        self.nodes.append(Node())
        return Int32(self.nodes.count - 1)
    }

    /// The terminal of `pattern` in the tree at `root`, made where there was none.
    mutating func terminal(for pattern: PathPattern, from root: Int32) -> Int {
        var node = root
        for segment in pattern.segments {
            node = self.child(of: node, along: segment)
        }
        let index = Int(node)
        let terminal =
            pattern.coversDescendants ? self.nodes[index].subtree : self.nodes[index].exact
        guard terminal < 0 else { return Int(terminal) }
        if pattern.coversDescendants {
            self.nodes[index].subtree = Int32(self.terminalCount)
        } else {
            self.nodes[index].exact = Int32(self.terminalCount)
        }
        self.terminalCount += 1
        return self.terminalCount - 1
    }
}

extension PathTrie {
    /// Collects the terminals of every pattern in the tree at `root` that covers `path`.
    func match(_ path: Span<UInt8>, from root: Int32, into terminals: inout TerminalList) {
        let slash = UInt8(ascii: "/")
        let start = !path.isEmpty && path[0] == slash ? 1 : 0
        var end = path.count
        if end > start, path[end - 1] == slash { end -= 1 }
        let first = start == end ? end + 1 : start
        self.walk(path, from: first, to: end, at: root, into: &terminals)
    }

    // A path has ended once `start` has passed `end`; at `end` an empty segment is left. Only
    // where a literal and `*` both lead on does the walk split, so a long path needs no deep stack.
    private func walk(
        _ path: Span<UInt8>,
        from start: Int,
        to end: Int,
        at index: Int32,
        into terminals: inout TerminalList
    ) {
        var start = start
        var index = index
        while true {
            let node = self.nodes[Int(index)]
            if node.subtree >= 0 { terminals.append(node.subtree) }
            guard start <= end else {
                if node.exact >= 0 { terminals.append(node.exact) }
                return
            }
            var hash = LabelHash()
            var segmentEnd = start
            while segmentEnd < end, path[segmentEnd] != UInt8(ascii: "/") {
                hash.combine(path[segmentEnd])
                segmentEnd += 1
            }
            let label = path.extracting(start..<segmentEnd)
            let literal = self.literals.number(of: label, hash: hash, in: index)
            start = segmentEnd + 1
            switch (literal, node.wildcard) {
            case (nil, ..<0): return
            case (nil, let wildcard): index = wildcard
            case (let literal?, ..<0): index = literal
            case (let literal?, let wildcard):
                self.walk(path, from: start, to: end, at: literal, into: &terminals)
                index = wildcard
            }
        }
    }

    private mutating func child(of parent: Int32, along segment: PathPattern.Segment) -> Int32 {
        switch segment {
        case .any:
            if self.nodes[Int(parent)].wildcard < 0 {
                let child = self.addRoot()
                self.nodes[Int(parent)].wildcard = child
            }
            return self.nodes[Int(parent)].wildcard
        case .literal(let literal):
            let label = Array(literal.utf8)
            if let child = self.literals.number(of: label.span, in: parent) { return child }
            let child = self.addRoot()
            self.literals.insert(label, in: parent, number: child)
            return child
        }
    }
}

/// The terminals a path reaches: a handful without allocation, any number with.
struct TerminalList: Sendable {
    private var inline: InlineArray<8, Int32> = .init(repeating: -1)
    private var overflow: [Int32] = []
    private(set) var count = 0

    mutating func append(_ terminal: Int32) {
        if self.count < self.inline.count {
            self.inline[self.count] = terminal
        } else {
            self.overflow.append(terminal)
        }
        self.count += 1
    }

    func isSame(as other: TerminalList) -> Bool {
        self.count == other.count && (0..<self.count).allSatisfy { self[$0] == other[$0] }
    }

    subscript(index: Int) -> Int {
        let inlined = self.inline.count
        return Int(index < inlined ? self.inline[index] : self.overflow[index - inlined])
    }
}
