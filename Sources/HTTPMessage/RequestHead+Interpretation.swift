extension RequestHead {
    /// Forgets the previous request and keeps the storage.
    mutating func reset() {
        self.bytes.removeAll(keepingCapacity: true)
        self.fields.removeAll(keepingCapacity: true)
        self.names = FieldNames()
        self.query = nil
        self.methodKind = .other
        self.version = .http11
        self.authority = .empty
        self.host = .empty
        self.framing = .none
        self.traits = []
        self.oddities = []
        self.trace = nil
    }

    mutating func append(_ field: HeadField) {
        self.names.insert(field.known)
        self.fields.append(field)
    }

    mutating func take(_ received: Span<UInt8>) {
        self.bytes.append(copying: received)
    }

    /// Gives the parsed lines their meaning: whose connection, which host, which body, which path.
    mutating func interpret() throws(RequestRejection) {
        try self.interpretFields()
        try self.checkFraming()
        if self.version == .http10 { self.traits.remove([.webSocketUpgrade, .expectsContinue]) }
        guard !self.authority.isEmpty else { throw .hostMissing }
        let authority = try self.interpretHost()
        try self.interpretTarget(authority: authority)
        if self.names.contains(.traceParent) { self.interpretTrace() }
    }

    private mutating func interpretFields() throws(RequestRejection) {
        var connection = ConnectionOptions()
        var namesWebSocket = false
        for field in self.fields where field.known != .other {
            switch field.known {
            case .host:
                guard self.authority.isEmpty else { throw .hostRepeated }
                guard !field.value.isEmpty else { throw .hostMalformed }
                self.authority = field.value
            case .connection:
                guard connection.read(field.value, of: self.bytes.span) else {
                    throw .connectionOptions
                }
            case .contentLength:
                guard self.framing == .none else { throw self.secondFraming(.contentLength) }
                guard let length = self.bytes.span.decimal(in: field.value) else {
                    throw .contentLength
                }
                self.framing = .length(length)
            case .transferEncoding:
                guard self.framing == .none else { throw self.secondFraming(.transferEncoding) }
                guard self.bytes.span.spells("chunked", in: field.value) else {
                    throw .transferEncoding
                }
                self.framing = .chunked
            case .upgrade:
                namesWebSocket = namesWebSocket || self.lists("websocket", in: field.value)
            case .te:
                if self.lists("trailers", in: field.value) { self.traits.insert(.acceptsTrailers) }
            case .expect:
                if self.bytes.span.spells("100-continue", in: field.value) {
                    self.traits.insert(.expectsContinue)
                }
            case .xOriginalURL, .xRewriteURL, .xHTTPMethod, .xHTTPMethodOverride,
                .xMethodOverride, .xMiddlewareSubrequest:
                if let leniency = field.known.overrideLeniency { self.oddities.insert(leniency) }
            case .other, .accept, .accessControlRequestHeaders, .accessControlRequestMethod,
                .authorization, .clientCertificate, .contentType, .cookie, .date, .forwarded,
                .keepAlive, .origin,
                .proxyAuthenticate, .proxyAuthorization, .proxyConnection, .referer,
                .secFetchDestination, .secFetchMode, .secFetchSite, .traceParent, .traceState,
                .trailer,
                .userAgent, .xForwardedFor, .xForwardedHost, .xForwardedProto, .xForwardedOther,
                .xRealIP, .identity, .lookAlike, .http2Settings:
                continue
            }
        }
        let closes = connection.closes || (self.version == .http10 && !connection.keepsAlive)
        if closes { self.traits.insert(.closes) }
        if connection.nominatesFields { self.traits.insert(.nominatesFields) }
        if connection.upgrades && namesWebSocket { self.traits.insert(.webSocketUpgrade) }
    }

    // RFC 9112 section 6.1: HTTP/1.0 knows no transfer codings, so its framing would be a guess.
    private func checkFraming() throws(RequestRejection) {
        guard self.framing != .chunked || self.version == .http11 else { throw .transferEncoding }
    }

    private func secondFraming(_ repeated: RequestRejection) -> RequestRejection {
        switch self.framing {
        case .length: repeated == .contentLength ? .contentLength : .lengthAndTransferEncoding
        case .chunked: repeated == .transferEncoding ? repeated : .lengthAndTransferEncoding
        case .none, .untilClose: repeated
        }
    }

    private func lists(_ word: StaticString, in range: ByteRange) -> Bool {
        let bytes = self.bytes.span
        var found = false
        bytes.forEachListElement(in: range) { element in
            found = bytes.spells(word, in: element)
            return !found
        }
        return found
    }
}

extension RequestHead {
    /// What is wrong with the path for a route that accepts only `accepted`; nil when nothing is.
    package func refusal(accepting accepted: Leniency) -> RequestRejection? {
        let missing = self.oddities.intersection(.ofPath).subtracting(accepted)
        if missing.contains(.encodedSlash) { return .pathEncodedSlash }
        if missing.contains(.doubleSlash) { return .pathDoubleSlash }
        if missing.contains(.semicolon) { return .pathSemicolon }
        return nil
    }

    /// Whether the path lies under `/.gatekeeper/`, which is never forwarded.
    package var isReservedPath: Bool {
        self.bytes.span.beginsWithSegment("/.gatekeeper", in: self.path)
    }
}
