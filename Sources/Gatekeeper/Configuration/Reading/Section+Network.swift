internal import HTTPMessage
internal import PolicyDSL

extension Section {
    /// The section that is read when `key` does not stand there: every key has its default.
    func empty(_ key: String) -> Section {
        Section(
            nil,
            path: self.keyPath(key),
            schemaPath: self.schemaPath.isEmpty ? key : "\(self.schemaPath).\(key)",
            span: self.span,
            reading: self.reading
        )
    }

    func endpoint(_ key: String) -> SocketEndpoint? {
        self.value(
            key,
            "an address to listen at",
            example: "127.0.0.1:8080` or `unix:/run/gatekeeper.sock",
            parse: SocketEndpoint.init
        )
    }

    func origin(_ key: String) -> WebOrigin? {
        self.value(
            key,
            "an origin, a scheme and a host without a path",
            example: "https://app.example.com",
            parse: WebOrigin.init
        )
    }

    func origins(_ key: String) -> [WebOrigin] {
        self.texts(key).compactMap { text in
            if let origin = WebOrigin(text.value) { return origin }
            self.reading.report(
                .badValue,
                at: text.span,
                "`\(text.value)` is not an origin, a scheme and a host without a path",
                help: "write it like `https://app.example.com`"
            )
            return nil
        }
    }

    /// An absolute URL; plain http to another machine is refused.
    func url(_ key: String, example: String = "https://id.example.com") -> WebURL? {
        guard let url = self.value(key, "a URL", example: example, parse: WebURL.init) else {
            return nil
        }
        self.refuseExposed(url.origin, key)
        return url
    }

    func refuseExposed(_ origin: WebOrigin, _ key: String) {
        guard origin.isExposed else { return }
        self.report(
            .exposedURL,
            key,
            "`\(key)` is plain http to another machine: anyone on the way could change the answer",
            help: "use https; http is for loopback addresses only"
        )
    }

    func networks(_ key: String) -> [IPNetwork] {
        self.texts(key).compactMap { text in
            do throws(IPNetwork.Problem) {
                return try IPNetwork(parsing: text.value)
            } catch {
                self.reading.report(error, in: text)
                return nil
            }
        }
    }

    func claimPath(_ key: String) -> ClaimPath? {
        let path = self.value(
            key,
            "a claim path",
            example: "app_metadata.role",
            parse: ClaimPathSyntax.parse
        )
        guard let path, ClaimPathSyntax.isUserWritable(path) else { return path }
        self.report(
            .badValue,
            key,
            "`\(path)` can be written by the users themselves",
            help: "use a claim that only the issuer sets"
        )
        return nil
    }

    /// The name of a query parameter: only bytes that need no encoding.
    func parameterName(_ key: String) -> String? {
        self.value(key, "a parameter name", example: "return_to") { text in
            PercentEncoding.encode(text) == text && !text.isEmpty && text.utf8.count <= 64
                ? text : nil
        }
    }

    /// A cookie name, RFC 6265 section 4.1.1.
    func cookieName(_ key: String) -> String? {
        self.value(key, "a cookie name", example: "sb-app-auth-token") { text in
            let separators = Set("()<>@,;:\\\"/[]?={} \t".utf8)
            let isToken = text.utf8.allSatisfy {
                (0x21...0x7E).contains($0) && !separators.contains($0)
            }
            return isToken && !text.isEmpty ? text : nil
        }
    }
}

extension ConfigurationReading {
    fileprivate func report(_ problem: IPNetwork.Problem, in text: Spanned<String>) {
        switch problem {
        case .malformed:
            self.report(
                .badValue,
                at: text.span,
                "`\(text.value)` is not an address block",
                help: "write it like `10.0.0.0/8`"
            )
        case .wildcard:
            self.report(
                .trustsEveryone,
                at: text.span,
                "`\(text.value)` trusts every peer, so anyone could forge where a request is from",
                help: "name the addresses of your load balancers"
            )
        case .hostBits:
            self.report(
                .badValue,
                at: text.span,
                "`\(text.value)` has bits set behind its prefix"
            )
        }
    }
}
