internal import HTTPMessage
internal import JSON
internal import MFAPages
internal import PolicyDSL
internal import TokenVerify

extension Configuration {
    /// The configuration as a file that reads back as the same, apart from literal secrets.
    var yaml: String { YAMLText.render(self.document) }

    /// The whole configuration with its defaults, in the order of the reference, secrets hidden.
    var document: JSONValue {
        var members = JSONObject()
        members["listen"] = .string(self.listen.description)
        members["admin"] = .string(self.admin.description)
        members["upstream"] = self.upstream.document
        members["tls"] = self.tls.map(\.document) ?? .null
        members["http2"] = self.http2.document
        members["proxy_protocol"] = .bool(self.takesProxyProtocol)
        members["public_url"] = self.publicURL.map { .string($0.description) } ?? .null
        members["policy"] = .string(self.policy)
        members["issuers"] = .array(self.issuers.map(\.document))
        members["directory"] = self.directory.map(\.document) ?? .null
        members["pages"] = self.pages.document
        members["answer"] = .string(self.answer.rawValue)
        members["allowed_origins"] = .array(self.allowedOrigins.map { .string($0.description) })
        members["return_to"] = .string(self.returnTo)
        members["routes"] = .array(self.routes.map(\.document))
        members["trusted_proxies"] = .array(self.trustedProxies.map { .string($0.description) })
        members["log"] = self.log.document
        members["limits"] = self.limits.document
        return .object(members)
    }
}

extension RouteConfiguration {
    fileprivate var document: JSONValue {
        var members: JSONObject = ["match": .string(self.pattern.description)]
        if let answer = self.answer { members["answer"] = .string(answer.rawValue) }
        let words = Leniency.words.filter { self.accepted.contains($0.leniency) }.map(\.word)
        if !words.isEmpty { members["accept"] = .array(words.map { .string($0) }) }
        return .object(members)
    }
}

extension PagesConfiguration {
    fileprivate var document: JSONValue {
        .object([
            "name": self.name.map { .string($0) } ?? .null,
            "logo": self.logo.map { .string($0) } ?? .null,
            "color": .string(self.colour.description),
            "support": self.support.map { .string($0) } ?? .null,
            "factors": .array(self.factors.map { .string($0.rawValue) }),
            "channels": .array(self.channels.map { .string($0.rawValue) }),
            "cookie": .object([
                "domain": self.cookie.domain.map { .string($0) } ?? .null,
                "http_only": .bool(self.cookie.isHTTPOnly),
            ]),
        ])
    }
}

extension LogConfiguration {
    fileprivate var document: JSONValue {
        .object([
            "decisions": .string(self.decisions.rawValue),
            "sample_allow": .real(self.sampleAllow),
            "file": self.file.map { .string($0) } ?? .null,
            "subjects": .string(self.subjects.rawValue),
        ])
    }
}

extension Limits {
    fileprivate var document: JSONValue {
        .object([
            "header_bytes": .size(self.headerBytes),
            "token_bytes": .size(self.tokenBytes),
            "cookie_chunks": .integer(Int64(self.cookieChunks)),
            "header_read_timeout": .duration(self.headerReadTimeout),
            "idle_timeout": .duration(self.idleTimeout),
            "connect_timeout": .duration(self.connectTimeout),
            "response_timeout": .duration(self.responseTimeout),
            "drain_timeout": .duration(self.drainTimeout),
            "client_connections": Self.number(self.clients.connections),
            "client_requests_per_second": Self.number(self.clients.rate?.perSecond),
            "client_burst": Self.number(self.clients.rate?.burst),
        ])
    }

    private static func number(_ number: Int?) -> JSONValue {
        number.map { .integer(Int64($0)) } ?? .null
    }
}

extension DirectoryConfiguration {
    fileprivate var document: JSONValue {
        var members: JSONObject = ["source": .string(self.source.name.rawValue)]
        switch self.source {
        case .issuer: break
        case .postgres(let source):
            members["url"] = .secret(source.url)
            members["schema"] = .string(source.schema)
        case .sqlite(let path), .file(let path): members["path"] = .string(path)
        case .http(let source):
            members["url"] = .string(source.url.description)
            var headers = JSONObject()
            for header in source.headers { headers[header.name] = .secret(header.value) }
            if !source.headers.isEmpty { members["headers"] = .object(headers) }
            source.shape.describe(in: &members)
        case .claims(let source):
            members["created_at"] = source.created.map { .string($0.description) }
            members["factors"] = source.factors.map { .string($0.description) }
        }
        members["ttl"] = .duration(self.ttl)
        members["negative_ttl"] = .duration(self.negativeTTL)
        members["max_stale"] = .duration(self.maxStale)
        members["timeout"] = .duration(self.timeout)
        members["max_bytes"] = .size(self.maxBytes)
        return .object(members)
    }
}

extension JSONValue {
    static func duration(_ duration: Duration) -> JSONValue {
        .string(DurationSyntax.format(duration))
    }

    fileprivate static func size(_ bytes: Int) -> JSONValue { .string(SizeSyntax.format(bytes)) }

    static func secret(_ secret: Secret) -> JSONValue { .string(secret.description) }
}

extension DirectoryShape {
    fileprivate func describe(in members: inout JSONObject) {
        switch self {
        case .user(let paths):
            members["id"] = .string(paths.id.description)
            members["created_at"] = .string(paths.created.description)
            members["factors"] = .string(paths.factors.description)
        case .factorList: members["factors"] = .string(Self.wholeAnswer)
        case .clerkUser: break
        }
    }
}
