internal import HTTPMessage

/// Makes the identities of one event loop's decisions: never the same twice, never guessable from
/// the one before.
struct DecisionCounter {
    private let high = UInt64.random(in: UInt64.min...UInt64.max)
    private var state = UInt64.random(in: UInt64.min...UInt64.max)

    mutating func next() -> DecisionID {
        // SplitMix64 (Steele, Lea, Flood 2014): a bijection of a counter, so without repetition.
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        // A span's identity is never zero (W3C Trace Context section 3.2.2.4).
        return mixed == 0 ? self.next() : DecisionID(high: self.high, low: mixed)
    }
}
