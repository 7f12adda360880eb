/// SplitMix64: the same numbers on every machine, so that a failure can be had again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self)
    }

    mutating func chance(_ percent: Int) -> Bool {
        self.number(1...100) <= percent
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[self.number(0...choices.count - 1)]
    }

    mutating func some<Element>(_ choices: [Element], upTo limit: Int) -> [Element] {
        Array(choices.shuffled(using: &self).prefix(self.number(1...limit)))
    }
}
