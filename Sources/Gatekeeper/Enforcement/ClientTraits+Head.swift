internal import HTTPMessage

extension ClientTraits {
    /// What an answer to this request depends on.
    init(_ head: borrowing RequestHead) {
        self.init(
            method: head.text(head.method),
            path: head.text(head.path),
            query: head.query.map { head.text($0) },
            accept: head.first(.accept).map { head.text($0) },
            origin: head.first(.origin).map { head.text($0) },
            referer: head.first(.referer).map { head.text($0) },
            fetchMode: head.first(.secFetchMode).map { head.text($0) },
            hasFetchMetadata: head.names.contains(.secFetchMode)
                || head.names.contains(.secFetchSite),
            isUpgrade: head.traits.contains(.webSocketUpgrade),
            isGRPC: head.first(.contentType).map { Self.isGRPC(head[$0]) } ?? false
        )
        let counter = Cookie.all(in: head).first { $0.name == RedirectCount.cookieName }
        self.redirects = RedirectCount(cookie: counter?.value)
    }

    // "application/grpc", alone or followed by a suffix or a parameter.
    static func isGRPC(_ type: ArraySlice<UInt8>) -> Bool {
        let prefix = "application/grpc".utf8
        guard type.count >= prefix.count,
            zip(type, prefix).allSatisfy({ $0 | 0x20 == $1 | 0x20 })
        else { return false }
        guard let next = type.dropFirst(prefix.count).first else { return true }
        return [UInt8(ascii: "+"), UInt8(ascii: ";"), UInt8(ascii: " ")].contains(next)
    }
}
