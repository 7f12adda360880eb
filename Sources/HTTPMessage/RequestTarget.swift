extension RequestHead {
    /// Splits the target into a canonical path and a query (RFC 9112 section 3.2).
    mutating func interpretTarget(authority: Authority) throws(RequestRejection) {
        let target = self.target
        for index in target.indices where self.bytes[index] == .hash {
            throw .targetFragment
        }
        if self.bytes[Int(target.start)] == .slash {
            return try self.interpretPath(from: Int(target.start))
        }
        if target.count == 1, self.bytes[Int(target.start)] == .asterisk {
            guard self.methodKind == .options else { throw .targetMalformed }
            self.path = target
            return
        }
        try self.interpretPath(from: self.pathStartOfAbsoluteForm(authority: authority))
    }

    private func pathStartOfAbsoluteForm(
        authority: Authority
    ) throws(RequestRejection) -> Int {
        let target = self.target
        let bytes = self.bytes.span
        guard let scheme = bytes.schemeEnd(in: target) else { throw .targetAuthorityForm }
        let defaultPort: UInt16
        if bytes.spells("http", in: ByteRange(Int(target.start), scheme)) {
            defaultPort = 80
        } else if bytes.spells("https", in: ByteRange(Int(target.start), scheme)) {
            defaultPort = 443
        } else {
            throw .targetMalformed
        }
        let start = scheme + 3
        var end = start
        while end < Int(target.end), bytes[end] != .slash, bytes[end] != .questionMark {
            end += 1
        }
        guard let stated = bytes.authority(in: ByteRange(start, end)) else {
            throw .targetMalformed
        }
        guard bytes.matches(stated.host, authority.host),
            (stated.port ?? defaultPort) == (authority.port ?? defaultPort)
        else { throw .targetAuthorityMismatch }
        return end
    }

    private mutating func interpretPath(from start: Int) throws(RequestRejection) {
        let end = Int(self.target.end)
        var pathEnd = start
        while pathEnd < end, self.bytes[pathEnd] != .questionMark {
            pathEnd += 1
        }
        if pathEnd < end {
            let query = ByteRange(pathEnd + 1, end)
            for index in query.indices where self.bytes[index] > 0x7E {
                throw .queryByte
            }
            self.query = query
        }
        try self.canonicalizePath(ByteRange(start, pathEnd))
    }
}

extension Span where Element == UInt8 {
    /// Where the scheme of an absolute-form target ends, which `://` follows.
    fileprivate func schemeEnd(in range: ByteRange) -> Int? {
        for index in range.indices where self[index] == .colon {
            guard index + 2 < Int(range.end) else { return nil }
            return self[index + 1] == .slash && self[index + 2] == .slash ? index : nil
        }
        return nil
    }
}
