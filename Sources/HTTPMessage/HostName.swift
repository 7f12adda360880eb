/// An authority in its parts, as ranges of a head's bytes.
struct Authority {
    /// Without port and one trailing dot, letters as they came.
    let host: ByteRange
    /// Nil when there is no port or an empty one.
    let port: UInt16?
}

extension Span where Element == UInt8 {
    /// Reads `uri-host [ ":" port ]` (RFC 9110 section 7.2); nil when it is anything else.
    func authority(in range: ByteRange) -> Authority? {
        guard !range.isEmpty else { return nil }
        let hostEnd =
            self[Int(range.start)] == .openBracket
            ? self.literalEnd(in: range) : self.registeredNameEnd(in: range)
        guard let hostEnd, hostEnd > Int(range.start) else { return nil }
        var nameEnd = hostEnd
        if self[nameEnd - 1] == .dot { nameEnd -= 1 }
        guard nameEnd > Int(range.start) else { return nil }
        let host = ByteRange(Int(range.start), nameEnd)
        guard hostEnd < Int(range.end) else { return Authority(host: host, port: nil) }
        guard self[hostEnd] == .colon else { return nil }
        let digits = ByteRange(hostEnd + 1, Int(range.end))
        guard !digits.isEmpty else { return Authority(host: host, port: nil) }
        guard let number = self.decimal(in: digits), let port = UInt16(exactly: number) else {
            return nil
        }
        return Authority(host: host, port: port)
    }

    private func registeredNameEnd(in range: ByteRange) -> Int? {
        var index = Int(range.start)
        while index < Int(range.end), self[index] != .colon {
            if self[index] == .percent {
                guard index + 2 < Int(range.end), self[index + 1].hexValue != nil,
                    self[index + 2].hexValue != nil
                else { return nil }
                index += 3
            } else {
                guard self[index].isHostByte else { return nil }
                index += 1
            }
        }
        return index
    }

    // RFC 3986 section 3.2.2: what stands between the brackets is checked for its bytes only; it
    // is compared as text and never connected to.
    private func literalEnd(in range: ByteRange) -> Int? {
        var index = Int(range.start) + 1
        while index < Int(range.end), self[index] != .closeBracket {
            let byte = self[index]
            guard byte.isUnreserved || byte == .colon else { return nil }
            index += 1
        }
        guard index < Int(range.end), index > Int(range.start) + 2 else { return nil }
        return index + 1
    }
}

extension RequestHead {
    /// Reads the Host field and settles the host that policies compare.
    mutating func interpretHost() throws(RequestRejection) -> Authority {
        guard let authority = self.bytes.span.authority(in: self.authority) else {
            throw .hostMalformed
        }
        self.host = self.lowercased(authority.host)
        return authority
    }

    /// `range` itself when it holds no capital, else a copy in lower case behind the head.
    private mutating func lowercased(_ range: ByteRange) -> ByteRange {
        let hasCapital = range.indices.contains { self.bytes[$0].lowercased != self.bytes[$0] }
        guard hasCapital else { return range }
        let start = self.bytes.count
        for index in range.indices {
            self.bytes.append(self.bytes[index].lowercased)
        }
        return ByteRange(start, self.bytes.count)
    }
}
