import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct RecentTableTests {
    private func key(_ number: Int, padding: Int = 0) -> RecentKey {
        RecentKey((Array("key-\(number)".utf8) + Array(repeating: 0x2E, count: padding))[...])
    }

    /// A table with `keys`, each with its number.
    private func table(_ keys: Range<Int>, capacity: Int, bytes: Int = 1 << 20) -> RecentTable<Int>
    {
        var table = RecentTable<Int>(capacity: capacity, maximumBytes: bytes)
        for number in keys { table.insert(number, for: self.key(number)) }
        return table
    }

    private func at(_ microseconds: Int64) -> Instant {
        Instant(microseconds: microseconds)
    }

    @Test("what was inserted is found, replaced and removed")
    func basics() {
        var table = RecentTable<Int>(capacity: 8, maximumBytes: 1 << 10)
        #expect(table.value(for: self.key(1)) == nil)
        table.insert(1, for: self.key(1))
        #expect(table.value(for: self.key(1)) == 1)
        table.insert(2, for: self.key(1))
        #expect(table.value(for: self.key(1)) == 2)
        #expect(table.count == 1)
        table.remove(self.key(1))
        table.remove(self.key(9))
        #expect(table.value(for: self.key(1)) == nil)
        #expect(table.count == 0)
        #expect(table.bytes == 0)
    }

    @Test("the door knows who came before, and when; a mark is no entry")
    func door() {
        var table = RecentTable<Int>(capacity: 8, maximumBytes: 1 << 10)
        #expect(table.knock(self.key(1), at: self.at(5)) == nil)
        #expect(table.knock(self.key(1), at: self.at(6)) == self.at(5))
        #expect(table.knock(self.key(1), at: self.at(7)) == self.at(5))
        #expect(table.value(for: self.key(1)) == nil)
        #expect(table.count == 0)
        #expect(table.bytes == 0)
        table.removeAll()
        #expect(table.knock(self.key(1), at: self.at(8)) == nil)
    }

    @Test("the door never takes one for another, and remembers most of those who came lately")
    func marks() {
        var table = RecentTable<Int>(capacity: 1_000, maximumBytes: 1 << 10)
        for number in 0..<20_000 {
            #expect(table.knock(self.key(number), at: self.at(Int64(number))) == nil)
        }
        var known = 0
        for number in (19_800..<20_000).reversed() {
            guard let time = table.knock(self.key(number), at: self.at(1)) else { continue }
            #expect(time == self.at(Int64(number)))
            known += 1
        }
        #expect(known > 180)
    }

    @Test("four who take turns at one place are all known")
    func turns() {
        // Of so small a door there is one place.
        var table = RecentTable<Int>(capacity: 4, maximumBytes: 1 << 10)
        for number in 0..<4 { #expect(table.knock(self.key(number), at: self.at(7)) == nil) }
        for number in 0..<4 { #expect(table.knock(self.key(number), at: self.at(8)) == self.at(7)) }
        #expect(table.knock(self.key(4), at: self.at(9)) == nil)
        #expect(table.knock(self.key(0), at: self.at(9)) == nil)
    }

    @Test("keys are whole byte strings: prefixes and zero bytes make another key")
    func wholeKeys() {
        var table = RecentTable<Int>(capacity: 64, maximumBytes: 1 << 12)
        let keys: [[UInt8]] = [
            [], [0], [0, 0], [1], Array(repeating: 0, count: 16), Array(repeating: 0, count: 17),
            Array("token".utf8), Array("token\0".utf8),
        ]
        for (number, key) in keys.enumerated() {
            table.insert(number, for: RecentKey(key[...]))
        }
        for (number, key) in keys.enumerated() {
            #expect(table.value(for: RecentKey(key[...])) == number)
        }
        let embedded = Array("xtokenx".utf8)
        #expect(table.value(for: RecentKey(embedded[1..<6])) == 6)
    }

    @Test("a flood of keys that are seen once cannot push out those that came back")
    func flood() {
        var table = RecentTable<Int>(capacity: 400, maximumBytes: 1 << 20)
        func visit(_ number: Int) {
            let key = self.key(number)
            if table.knock(key, at: self.at(1)) != nil { table.insert(number, for: key) }
        }
        for number in 0..<90 {
            for _ in 1...2 { visit(number) }
            #expect(table.value(for: self.key(number)) == number)
        }
        let bytes = table.bytes
        for number in 1000..<20_000 { visit(number) }
        for number in 0..<90 { #expect(table.value(for: self.key(number)) == number) }
        #expect(table.count == 90)
        #expect(table.bytes == bytes)
    }

    @Test("among those inside, one that was used since the hand passed stays")
    func clock() {
        var table = self.table(0..<1, capacity: 16)
        for number in 1..<500 {
            #expect(table.value(for: self.key(0)) == 0)
            table.insert(number, for: self.key(number))
        }
        #expect(table.count == 16)
    }

    @Test("all entries together never cost more than allowed")
    func bytes() {
        var table = RecentTable<Int>(capacity: 1000, maximumBytes: 4000)
        for number in 0..<500 {
            table.insert(number, for: self.key(number, padding: 90))
            if number % 2 == 0 { _ = table.value(for: self.key(number, padding: 90)) }
            #expect(table.bytes <= 4000)
        }
        #expect(table.count >= 40)
        let long = RecentKey(Array(repeating: 1, count: 5000)[...])
        table.insert(7, for: long)
        #expect(table.value(for: long) == nil)
        // One that grew too large is not kept in its old form either.
        let last = self.key(499, padding: 90)
        #expect(table.value(for: last) == 499)
        table.insert(1, for: last, costing: 4000)
        #expect(table.value(for: last) == nil)
        #expect(table.bytes <= 4000)
    }

    @Test("the smallest table still works")
    func smallest() {
        var table = RecentTable<Int>(capacity: 0, maximumBytes: 400)
        for number in 0..<20 {
            table.insert(number, for: self.key(number))
            #expect(table.value(for: self.key(number)) == number)
        }
        #expect(table.count == 1)
    }

    @Test("inserting, looking up and removing agree with a dictionary", arguments: 1...20)
    func model(_ seed: UInt64) {
        var generator = SplitMix(state: seed)
        // No more keys than there is room for: nothing may be forgotten.
        let keys = 60
        var table = RecentTable<Int>(capacity: keys, maximumBytes: 1 << 20)
        var model: [Int: Int] = [:]
        for step in 0..<4000 {
            let number = Int.random(in: 0..<keys, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0, 1:
                table.insert(step, for: self.key(number))
                model[number] = step
            case 2:
                table.remove(self.key(number))
                model[number] = nil
            default:
                #expect(table.value(for: self.key(number)) == model[number])
            }
            #expect(table.count == model.count)
        }
        for number in 0..<keys {
            #expect(table.value(for: self.key(number)) == model[number])
        }
    }

    @Test("what a full table still holds is never wrong", arguments: 1...10)
    func pressure(_ seed: UInt64) {
        var generator = SplitMix(state: seed)
        var table = RecentTable<Int>(capacity: 24, maximumBytes: 300)
        var model: [Int: Int] = [:]
        for step in 0..<5000 {
            let number = Int.random(in: 0..<80, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                table.insert(step, for: self.key(number))
                model[number] = step
            case 1:
                table.remove(self.key(number))
                model[number] = nil
            default:
                if let found = table.value(for: self.key(number)) {
                    #expect(found == model[number])
                }
            }
            #expect(table.count <= 24)
            #expect(table.bytes <= 300)
        }
    }
}

/// A small generator, so that a property fails the same way every time.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
