import Testing

@testable import HTTPMessage

@Suite struct UTF8CheckTests {
    private func isWellFormed(_ bytes: [UInt8]) -> Bool {
        var check = UTF8Check()
        return bytes.allSatisfy { check.accepts($0) } && check.isComplete
    }

    @Test("agrees with the standard library on every short sequence around the edges")
    func agrees() {
        let edges: [UInt8] = [
            0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1,
            0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
        ]
        for first in edges {
            for second in edges {
                for third in edges {
                    for bytes in [
                        [first], [first, second], [first, second, third],
                        [first, second, third, 0xBF],
                    ] {
                        let expected = String(validating: bytes, as: UTF8.self) != nil
                        #expect(self.isWellFormed(bytes) == expected)
                    }
                }
            }
        }
    }
}

@Suite struct ByteScanTests {
    @Test("controls are found wherever they stand", arguments: 0..<20)
    func firstControl(position: Int) {
        for byte in UInt8.min...UInt8.max {
            var bytes = [UInt8](repeating: 0x61, count: 20)
            bytes[position] = byte
            let isControl = (byte < 0x20 && byte != 0x09) || byte == 0x7F
            #expect(bytes.span.firstControl(from: 0) == (isControl ? position : 20))
        }
    }

    @Test func tabsBeforeAControlAreSkipped() {
        let bytes: [UInt8] = [9, 9, 0x61, 9, 9, 9, 0x80, 0xFF, 9, 9, 0x20, 0x0D, 9]
        #expect(bytes.span.firstControl(from: 0) == 11)
        #expect(bytes.span.firstControl(from: 12) == 13)
    }

    @Test("character classes are those of the grammars")
    func classes() {
        let alphanumeric = Set(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8
        )
        for byte in UInt8.min...UInt8.max {
            #expect(byte.isAlphanumeric == alphanumeric.contains(byte))
            #expect(byte.isToken == alphanumeric.union("!#$%&'*+-.^_`|~".utf8).contains(byte))
            #expect(byte.isUnreserved == alphanumeric.union("-._~".utf8).contains(byte))
            #expect(byte.isPathByte == alphanumeric.union("-._~!$&'()*+,;=:@".utf8).contains(byte))
            #expect(byte.isHostByte == alphanumeric.union("-._~!$&'()*+,;=".utf8).contains(byte))
        }
    }

    @Test func numbers() {
        var out: [UInt8] = []
        out.append(decimal: 0)
        out.append(decimal: .max)
        out.append(hexadecimal: 0)
        out.append(hexadecimal: 0xDEAD_BEEF)
        #expect(String(decoding: out, as: UTF8.self) == "0184467440737095516150deadbeef")
        #expect(DecisionID(high: .max, low: 10).description == "ffffffffffffffff000000000000000a")
    }
}
