/// How a judged request goes upstream: what is taken out and what is put in.
package struct RequestForwarding {
    /// Ready field lines that say who asks.
    package var identity: [UInt8]
    package var decision: DecisionID
    /// Where the request came from.
    package var origin: Origin
    /// What the route accepts by name.
    package var accepted: Leniency
    package var withheldCookies: [[UInt8]]
    package var withholdsAuthorization: Bool
    package var withholdsBody: Bool

    /// The client's address, as far as it is known.
    package enum Origin {
        /// A stranger: the ready lines of `forwardedLines`, the same for the whole connection.
        case stranger(lines: [UInt8])
        /// A trusted proxy at this address, which vouches for the client's.
        case trustedProxy(peer: [UInt8], isTLS: Bool)
    }

    package init(
        identity: [UInt8],
        decision: DecisionID,
        origin: Origin,
        accepted: Leniency = [],
        withheldCookies: [[UInt8]] = [],
        withholdsAuthorization: Bool = false,
        withholdsBody: Bool = false
    ) {
        self.identity = identity
        self.decision = decision
        self.origin = origin
        self.accepted = accepted
        self.withheldCookies = withheldCookies
        self.withholdsAuthorization = withholdsAuthorization
        self.withholdsBody = withholdsBody
    }

    /// The `X-Forwarded-For` and `-Proto` lines for a client at `peer`.
    ///
    /// `certificate` is the client's verified one as base64 of its DER form, or empty.
    package static func forwardedLines(
        peer: [UInt8],
        isTLS: Bool,
        certificate: String = ""
    ) -> [UInt8] {
        var lines: [UInt8] = []
        lines.append("X-Forwarded-For: ")
        lines.append(contentsOf: peer)
        lines.append(isTLS ? "\r\nX-Forwarded-Proto: https\r\n" : "\r\nX-Forwarded-Proto: http\r\n")
        guard !certificate.isEmpty else { return lines }
        // RFC 9440 section 2.1: a byte sequence of RFC 8941.
        lines.append("Client-Cert: :")
        lines.append(contentsOf: certificate.utf8)
        lines.append(":\r\n")
        return lines
    }

    fileprivate var isFromTrustedProxy: Bool {
        switch self.origin {
        case .stranger: false
        case .trustedProxy: true
        }
    }
}

extension RequestHead {
    /// Writes this head as it goes upstream, the empty line included.
    package func append(forwarding: RequestForwarding, to out: inout [UInt8]) {
        out.append(copying: self.bytes.span.extracting(self.method.indices))
        out.append(" ")
        out.append(copying: self.bytes.span.extracting(self.path.indices))
        if let query = self.query {
            out.append("?")
            out.append(copying: self.bytes.span.extracting(query.indices))
        }
        out.append(" HTTP/1.1\r\n")
        self.appendFields(forwarding, to: &out)
        out.append(contentsOf: forwarding.identity)
        out.append("X-Gatekeeper-Decision: ")
        forwarding.decision.append(to: &out)
        out.append("\r\n")
        self.appendForwarded(forwarding, to: &out)
        if let trace = self.trace { self.appendTrace(trace, under: forwarding.decision, to: &out) }
        self.appendConnection(forwarding, to: &out)
        out.append("\r\n")
    }

    private func appendFields(_ forwarding: RequestForwarding, to out: inout [UInt8]) {
        var copy = FieldCopy()
        let source = self.bytes.span
        for field in self.fields {
            switch self.passage(of: field, forwarding) {
            case .pass:
                copy.pass(field, of: source, to: &out)
            case .filterCookies:
                copy.flush(source, to: &out)
                self.appendCookies(of: field, without: forwarding.withheldCookies, to: &out)
            case .drop:
                continue
            }
        }
        copy.flush(source, to: &out)
    }

    private enum Passage {
        case pass
        case filterCookies
        case drop
    }

    private func passage(of field: HeadField, _ forwarding: RequestForwarding) -> Passage {
        let passes: Bool
        switch field.known {
        case .host:
            return .pass
        case .connection, .contentLength, .http2Settings, .identity, .keepAlive, .lookAlike,
            .proxyAuthenticate, .proxyAuthorization, .proxyConnection, .te, .traceParent,
            .transferEncoding, .upgrade, .xForwardedFor, .xForwardedHost, .xForwardedProto:
            return .drop
        case .clientCertificate, .forwarded, .xForwardedOther, .xRealIP:
            passes = forwarding.isFromTrustedProxy
        case .xOriginalURL, .xRewriteURL, .xHTTPMethod, .xHTTPMethodOverride, .xMethodOverride,
            .xMiddlewareSubrequest:
            passes = field.known.overrideLeniency.map(forwarding.accepted.contains) ?? false
        case .authorization:
            passes = !forwarding.withholdsAuthorization
        case .expect:
            passes = self.version == .http11 && !forwarding.withholdsBody
        case .trailer:
            passes = self.framing == .chunked && !forwarding.withholdsBody
        case .traceState:
            // Trace Context section 3.3: without a `traceparent` that can be read it is discarded.
            passes = self.trace != nil
        case .other, .accept, .accessControlRequestHeaders, .accessControlRequestMethod,
            .contentType, .cookie, .date, .origin, .referer, .secFetchDestination,
            .secFetchMode, .secFetchSite, .userAgent:
            passes = true
        }
        guard passes, !self.isNominated(field) else { return .drop }
        guard field.known == .cookie, !forwarding.withheldCookies.isEmpty else { return .pass }
        return .filterCookies
    }

    /// Whether `Connection` names the field, so that it does not pass.
    func isNominated(_ field: HeadField) -> Bool {
        self.traits.contains(.nominatesFields)
            && self.bytes.span.nominates(field.name, in: self.fields)
    }

    private func appendCookies(
        of field: HeadField,
        without withheld: [[UInt8]],
        to out: inout [UInt8]
    ) {
        var separator: StaticString = "Cookie: "
        var isEmpty = true
        self.bytes.span.forEachCookiePair(in: field.value) { pair in
            let name = self.bytes[pair.name.indices]
            guard !withheld.contains(where: { name.elementsEqual($0) }) else { return }
            out.append(separator)
            out.append(copying: self.bytes.span.extracting(pair.whole.indices))
            separator = "; "
            isEmpty = false
        }
        if !isEmpty { out.append("\r\n") }
    }

    /// Writes `X-Forwarded-For`, `-Proto` and `-Host`; a trusted proxy's word is continued.
    private func appendForwarded(_ forwarding: RequestForwarding, to out: inout [UInt8]) {
        switch forwarding.origin {
        case .stranger(let lines):
            out.append(contentsOf: lines)
            self.appendForwardedHost(self.authority, to: &out)
        case .trustedProxy(let peer, let isTLS):
            self.appendForwardedFor(peer, to: &out)
            out.append("\r\nX-Forwarded-Proto: ")
            if let scheme = self.first(.xForwardedProto) {
                out.append(copying: self.bytes.span.extracting(scheme.indices))
            } else {
                out.append(isTLS ? "https" : "http")
            }
            out.append("\r\n")
            self.appendForwardedHost(self.first(.xForwardedHost) ?? self.authority, to: &out)
        }
    }

    private func appendForwardedFor(_ peer: [UInt8], to out: inout [UInt8]) {
        out.append("X-Forwarded-For: ")
        for field in self.fields where field.known == .xForwardedFor && !field.value.isEmpty {
            out.append(copying: self.bytes.span.extracting(field.value.indices))
            out.append(", ")
        }
        out.append(contentsOf: peer)
    }

    private func appendForwardedHost(_ host: ByteRange, to out: inout [UInt8]) {
        out.append("X-Forwarded-Host: ")
        out.append(copying: self.bytes.span.extracting(host.indices))
        out.append("\r\n")
    }

    private func appendConnection(_ forwarding: RequestForwarding, to out: inout [UInt8]) {
        if !forwarding.withholdsBody {
            switch self.framing {
            case .none, .untilClose:
                break
            case .length(let length):
                out.append("Content-Length: ")
                out.append(decimal: length)
                out.append("\r\n")
            case .chunked:
                out.append("Transfer-Encoding: chunked\r\n")
            }
        }
        if self.traits.contains(.webSocketUpgrade) {
            out.append("Connection: Upgrade\r\nUpgrade: websocket\r\n")
        } else if self.traits.contains(.acceptsTrailers) {
            out.append("Connection: TE\r\nTE: trailers\r\n")
        }
    }
}
