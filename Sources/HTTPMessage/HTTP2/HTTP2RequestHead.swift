/// The field section of an HTTP/2 request, rewritten as the HTTP/1.1 head that says the same.
///
/// What comes out is read by `RequestHeadParser` like any other head: there is one canonical
/// request, and one set of rules for it.
package struct HTTP2RequestHead {
    private var fields = FieldSection()
    private var method: String?
    private var scheme: String?
    private var path: String?
    private var authority: String?
    private var tunnelled: String?
    private var host: String?

    package init() {}

    /// Takes the next field of the section, in its order.
    package mutating func append(_ name: String, _ value: String) throws(RequestRejection) {
        guard !name.utf8.starts(with: ":".utf8) else { return try self.take(pseudo: name, value) }
        guard name.utf8.elementsEqual("host".utf8) else {
            do throws(FieldSection.Fault) {
                return try self.fields.append(name, value)
            } catch {
                throw RequestRejection(error)
            }
        }
        guard self.host == nil else { throw .hostRepeated }
        guard FieldSection.isValue(value) else { throw .hostMalformed }
        self.fields.markBegun()
        self.host = value
    }

    // RFC 9113 section 8.3: before all other fields, each at most once, none but these.
    private mutating func take(
        pseudo name: String,
        _ value: String
    ) throws(RequestRejection) {
        guard !self.fields.hasFields else { throw .pseudoField }
        func once(_ slot: inout String?) throws(RequestRejection) {
            guard slot == nil else { throw .pseudoField }
            slot = value
        }
        switch name {
        case ":method": try once(&self.method)
        case ":scheme": try once(&self.scheme)
        case ":path": try once(&self.path)
        case ":authority": try once(&self.authority)
        case ":protocol": try once(&self.tunnelled)
        default: throw .pseudoField
        }
    }
}

extension HTTP2RequestHead {
    /// What the stream says about the request apart from its fields.
    package struct Circumstances {
        /// Whether the section was the whole request.
        package var isWhole: Bool
        /// What a WebSocket's key is, over HTTP/1.1: any base64 of 16 bytes.
        package var webSocketKey: String

        package init(isWhole: Bool, webSocketKey: String = "") {
            self.isWhole = isWhole
            self.webSocketKey = webSocketKey
        }
    }

    /// The head as HTTP/1.1 bytes.
    package consuming func rewritten(
        _ circumstances: Circumstances
    ) throws(RequestRejection) -> [UInt8] {
        guard let method = self.method else { throw .pseudoField }
        guard !method.isEmpty, method.utf8.allSatisfy(\.isToken) else { throw .methodMalformed }
        guard self.tunnelled == nil else {
            return try self.webSocket(method, circumstances)
        }
        // RFC 9113 section 8.5: CONNECT has neither scheme nor path, and no way through here.
        guard method != "CONNECT" else { throw .methodNotAllowed }
        let path = try self.target()
        let host = try self.hostName()
        try self.settleFraming(method, isWhole: circumstances.isWhole)
        return Self.head("\(method) \(path)", host: host, self.fields)
    }

    // RFC 8441 section 4: a WebSocket is a CONNECT that names its protocol. To the judge and to
    // an HTTP/1.1 server it is the upgrade that RFC 6455 describes.
    private mutating func webSocket(
        _ method: String,
        _ circumstances: Circumstances
    ) throws(RequestRejection) -> [UInt8] {
        guard method == "CONNECT", self.tunnelled == "websocket" else { throw .methodNotAllowed }
        let path = try self.target()
        let host = try self.hostName()
        guard !circumstances.isWhole, !self.fields.hasLength else { throw .contentLength }
        self.fields.write("Connection", "Upgrade")
        self.fields.write("Upgrade", "websocket")
        self.fields.write("Sec-WebSocket-Key", circumstances.webSocketKey)
        return Self.head("GET \(path)", host: host, self.fields)
    }

    private static func head(
        _ request: String,
        host: String,
        _ fields: consuming FieldSection
    ) -> [UInt8] {
        Array("\(request) HTTP/1.1\r\nHost: \(host)\r\n".utf8) + fields.finished()
    }

    // RFC 9113 section 8.3.1: origin form, or an asterisk for OPTIONS; no other form exists here.
    private func target() throws(RequestRejection) -> String {
        guard let scheme = self.scheme else { throw .pseudoField }
        guard ["http", "https"].contains(scheme) else { throw .targetMalformed }
        guard let path = self.path else { throw .pseudoField }
        guard FieldSection.isTargetPart(path), path == "*" || path.utf8.starts(with: "/".utf8)
        else { throw .targetMalformed }
        return path
    }

    // RFC 9113 section 8.3.1: a Host that names somebody else makes the request malformed.
    private func hostName() throws(RequestRejection) -> String {
        guard let host = self.authority ?? self.host else { throw .hostMissing }
        guard FieldSection.isTargetPart(host) else { throw .hostMalformed }
        if let other = self.host,
            !other.utf8.map(\.lowercased).elementsEqual(host.utf8.map(\.lowercased))
        {
            throw .targetAuthorityMismatch
        }
        return host
    }

    // RFC 9113 section 8.1.1: the length that is told and the data that come must agree. Data
    // without a length are chunks to HTTP/1.1.
    private mutating func settleFraming(
        _ method: String,
        isWhole: Bool
    ) throws(RequestRejection) {
        guard !self.fields.hasLength else { return }
        guard isWhole else { return self.fields.write("Transfer-Encoding", "chunked") }
        // RFC 9110 section 8.6: methods that usually have a body say so when there is none.
        if ["POST", "PUT", "PATCH"].contains(method) { self.fields.write("Content-Length", "0") }
    }
}

extension RequestRejection {
    init(_ fault: FieldSection.Fault) {
        switch fault {
        case .name: self = .fieldName
        case .value: self = .fieldValue
        case .connectionField: self = .connectionField
        }
    }
}
