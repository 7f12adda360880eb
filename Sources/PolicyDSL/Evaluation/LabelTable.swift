/// Numbers under names, each name in a numbered space; looked up by bytes without a copy of them.
struct LabelTable: Sendable {
    private struct Row: Sendable {
        var space: Int32
        var hash: UInt64
        var label: [UInt8]
        var number: Int32
    }

    private var rows: [Row] = []
    // Open addressing over indices into `rows`, half empty at least; -1 is a free slot.
    private var slots: [Int32] = [-1, -1]

    var isEmpty: Bool { self.rows.isEmpty }

    /// The number of `label` in `space`; nil where it has none.
    func number(of label: Span<UInt8>, in space: Int32) -> Int32? {
        var hash = LabelHash()
        for index in label.indices {
            hash.combine(label[index])
        }
        return self.number(of: label, hash: hash, in: space)
    }

    /// The number of a label whose bytes were combined into `hash` while they were found.
    func number(of label: Span<UInt8>, hash: LabelHash, in space: Int32) -> Int32? {
        let hash = hash.value(in: space)
        var slot = Int(truncatingIfNeeded: hash) & (self.slots.count - 1)
        while self.slots[slot] >= 0 {
            let row = Int(self.slots[slot])
            if self.rows[row].hash == hash, self.rows[row].space == space,
                equal(self.rows[row].label, label)
            {
                return self.rows[row].number
            }
            slot = (slot + 1) & (self.slots.count - 1)
        }
        return nil
    }

    /// Adds a label that has no number yet.
    mutating func insert(_ label: [UInt8], in space: Int32, number: Int32) {
        var hash = LabelHash()
        for byte in label {
            hash.combine(byte)
        }
        let row = Row(space: space, hash: hash.value(in: space), label: label, number: number)
        self.rows.append(row)
        guard self.rows.count * 2 > self.slots.count else {
            return self.occupySlot(for: self.rows.count - 1)
        }
        self.slots = Array(repeating: -1, count: self.slots.count * 2)
        for index in self.rows.indices {
            self.occupySlot(for: index)
        }
    }

    private mutating func occupySlot(for row: Int) {
        var slot = Int(truncatingIfNeeded: self.rows[row].hash) & (self.slots.count - 1)
        while self.slots[slot] >= 0 {
            slot = (slot + 1) & (self.slots.count - 1)
        }
        self.slots[slot] = Int32(row)
    }
}

/// A hash that takes one byte at a time (FNV-1a).
///
/// Whoever sends requests cannot choose what is in a table, so it needs no secret.
struct LabelHash {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func combine(_ byte: UInt8) {
        self.state = (self.state ^ UInt64(byte)) &* 0x100_0000_01b3
    }

    fileprivate func value(in space: Int32) -> UInt64 {
        let mixed = self.state ^ (UInt64(UInt32(bitPattern: space)) &* 0x9e37_79b9_7f4a_7c15)
        return mixed ^ (mixed >> 32)
    }
}

private func equal(_ left: [UInt8], _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    for index in right.indices where left[index] != right[index] {
        return false
    }
    return true
}
