/// One `name=value` of a Cookie field, as ranges of the head's bytes.
package struct CookiePair: Equatable, Sendable {
    package let name: ByteRange
    package let value: ByteRange
    /// From the first byte of the name to the last of the value.
    package let whole: ByteRange
}

extension RequestHead {
    /// Visits every cookie of every Cookie field, in order.
    ///
    /// RFC 6265 section 5.4 splits at `;`; white space around names and values is not part of
    /// them. A pair without `=` is a value without a name.
    package func forEachCookie(_ visit: (CookiePair) -> Void) {
        guard self.names.contains(.cookie) else { return }
        let bytes = self.bytes.span
        for field in self.fields where field.known == .cookie {
            bytes.forEachCookiePair(in: field.value, visit)
        }
    }
}

extension Span where Element == UInt8 {
    func forEachCookiePair(in range: ByteRange, _ visit: (CookiePair) -> Void) {
        let end = Int(range.end)
        var start = Int(range.start)
        while start < end {
            var stop = start
            while stop < end, self[stop] != .semicolon {
                stop &+= 1
            }
            let whole = self.trimmed(start, stop)
            if !whole.isEmpty { visit(self.cookiePair(in: whole)) }
            start = stop &+ 1
        }
    }

    private func cookiePair(in whole: ByteRange) -> CookiePair {
        for index in whole.indices where self[index] == .equals {
            return CookiePair(
                name: self.trimmed(Int(whole.start), index),
                value: self.trimmed(index + 1, Int(whole.end)),
                whole: whole
            )
        }
        return CookiePair(name: .empty, value: whole, whole: whole)
    }
}
