extension ResponseHead {
    mutating func reset() {
        self.bytes.removeAll(keepingCapacity: true)
        self.fields.removeAll(keepingCapacity: true)
        self.names = FieldNames()
        self.announcedLength = nil
        self.framing = .none
        self.keepsConnection = true
        self.nominatesFields = false
        self.switchesToWebSocket = false
    }

    mutating func append(_ field: HeadField) {
        self.names.insert(field.known)
        self.fields.append(field)
    }

    mutating func take(_ received: Span<UInt8>) {
        self.bytes.append(copying: received)
    }

    /// Settles how the body ends and what becomes of the connection.
    mutating func interpret(answering context: ResponseContext) throws(ResponseRejection) {
        var connection = ConnectionOptions()
        var isChunked = false
        var namesWebSocket = false
        for field in self.fields where field.known != .other {
            switch field.known {
            case .connection:
                guard connection.read(field.value, of: self.bytes.span) else { throw .fieldValue }
            case .contentLength:
                try self.readLength(field.value)
            case .transferEncoding:
                guard !isChunked, self.bytes.span.spells("chunked", in: field.value) else {
                    throw .transferEncoding
                }
                isChunked = true
            case .upgrade:
                let isAlone = self.bytes.span.spells("websocket", in: field.value)
                namesWebSocket = namesWebSocket || isAlone
            default:
                continue
            }
        }
        // RFC 9112 section 6.1: HTTP/1.0 with Transfer-Encoding is faulty framing.
        guard !isChunked || self.version == .http11 else { throw .transferEncoding }
        guard !isChunked || self.announcedLength == nil else { throw .lengthAndTransferEncoding }
        self.nominatesFields = connection.nominatesFields
        self.keepsConnection =
            !connection.closes && (self.version == .http11 || connection.keepsAlive)
        self.switchesToWebSocket =
            self.status == 101 && connection.upgrades && namesWebSocket
            && context.asksForWebSocket
        guard self.status != 101 || self.switchesToWebSocket else { throw .unexpectedSwitch }
        self.settleFraming(isChunked: isChunked, context)
    }

    // RFC 9112 section 6.3.
    private mutating func settleFraming(isChunked: Bool, _ context: ResponseContext) {
        if context.isHead || self.status < 200 || self.status == 204 || self.status == 304 {
            self.framing = .none
        } else if isChunked {
            self.framing = .chunked
        } else if let length = self.announcedLength {
            self.framing = .length(length)
        } else {
            self.framing = .untilClose
            self.keepsConnection = false
        }
    }

    // RFC 9112 section 6.3: one value said several times is one value.
    private mutating func readLength(_ value: ByteRange) throws(ResponseRejection) {
        var length = self.announcedLength
        var isSound = true
        var isStated = false
        self.bytes.span.forEachListElement(in: value) { element in
            let stated = self.bytes.span.decimal(in: element)
            isSound = stated != nil && (length == nil || length == stated)
            isStated = true
            length = stated
            return isSound
        }
        guard isSound, isStated else { throw .contentLength }
        self.announcedLength = length
    }
}
