internal import PolicyDSL

extension DirectoryConfiguration {
    init?(reading section: Section) {
        let name =
            section.required("source", example: "issuer")
            ? section.word("source", of: SourceName.self) : nil
        let source = name.flatMap { Self.source($0, reading: section) }
        self.ttl = section.duration("ttl", default: .seconds(30))
        self.negativeTTL = section.duration("negative_ttl", default: .seconds(5))
        self.maxStale = section.duration("max_stale", default: .seconds(300))
        self.timeout = section.duration(
            "timeout",
            default: .seconds(2),
            in: .milliseconds(1)...(.seconds(60))
        )
        self.maxBytes = section.size("max_bytes", default: 1 << 20, in: 1_024...64 << 20)
        if self.maxStale < self.ttl {
            section.report(
                .contradiction,
                section.has("max_stale") ? "max_stale" : "ttl",
                "`max_stale` is shorter than `ttl`",
                help: "both count from the fetch: `max_stale` is the longer one"
            )
        }
        // Which other keys belong here follows from the source alone.
        guard name != nil else { return nil }
        section.finish(elsewhere: Self.keysBySource)
        guard let source else { return nil }
        self.source = source
    }

    private static let keysBySource = [
        "url": "`source: postgres` or `source: http`",
        "schema": "`source: postgres`",
        "path": "`source: file` or `source: sqlite`",
        "headers": "`source: http`",
        "id": "`source: http`",
        "created_at": "`source: claims` or `source: http`",
        "factors": "`source: claims` or `source: http`",
    ]

    private static func source(_ name: SourceName, reading section: Section) -> Source? {
        switch name {
        case .issuer: .issuer
        case .postgres: section.requiredDatabase()
        case .sqlite: section.requiredPath(example: "users.sqlite").map(Source.sqlite)
        case .file: section.requiredPath(example: "users.json").map(Source.file)
        case .http: section.httpSource()
        case .claims: section.claimsSource()
        }
    }
}

extension Section {
    fileprivate func requiredPath(example: String) -> String? {
        self.required("path", example: example) ? self.path("path") : nil
    }

    fileprivate func requiredDatabase() -> DirectoryConfiguration.Source? {
        let example = "postgres://gatekeeper@127.0.0.1/postgres"
        let schema = self.has("schema") ? self.schema("schema") : "auth"
        guard self.required("url", example: example), let url = self.secret("url") else {
            return nil
        }
        do throws(PostgresAddress.Problem) {
            let address = try PostgresAddress(url.value)
            return schema.map {
                .postgres(PostgresDirectorySource(url: url, address: address, schema: $0))
            }
        } catch {
            self.report(error, example: example)
            return nil
        }
    }

    private func schema(_ key: String) -> String? {
        self.value(key, "the name of a schema", example: "auth") { text in
            let isPlain = text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
                default: false
                }
            }
            return isPlain && (1...63).contains(text.utf8.count) ? text : nil
        }
    }

    private func report(_ problem: PostgresAddress.Problem, example: String) {
        switch problem {
        case .notAURL:
            self.report(
                .badValue,
                "url",
                "`url` is not a PostgreSQL URL",
                help: "write it like `\(example)`, odd characters percent-encoded"
            )
        case .noHost:
            self.report(
                .badValue,
                "url",
                "`url` does not say which host",
                help: "name it, or write `?host=/run/postgresql` for a socket"
            )
        case .unknownMode(let mode):
            self.report(
                .badValue,
                "url",
                "`\(mode)` is no `sslmode`",
                help: "write `sslmode=verify-full`"
            )
        case .exposed(let host):
            self.report(
                .exposedURL,
                "url",
                "`url` does not verify who answers at `\(host)`: anyone on the way could",
                help: "add `sslmode=verify-full` and, for a private authority, `sslrootcert`"
            )
        }
    }

    fileprivate func httpSource() -> DirectoryConfiguration.Source? {
        let example = "https://api.example.com/users/{subject}"
        let headers = self.headers("headers")
        let shape = self.shape()
        guard self.required("url", example: example) else { return nil }
        let namesToken = headers.contains(where: \.namesToken)
        let template = self.value(
            "url",
            "a URL with `{subject}` in its path or query",
            example: example,
            parse: { text in URLTemplate(text) ?? (namesToken ? URLTemplate(fixed: text) : nil) }
        )
        guard let template else { return nil }
        self.refuseExposed(template.origin, "url")
        return .http(HTTPDirectorySource(url: template, headers: headers, shape: shape))
    }

    /// A user object, or with `factors: .` the bare list of the user's factors.
    private func shape() -> DirectoryShape {
        let isList = self.text("factors") == DirectoryShape.wholeAnswer
        var paths = UserPaths()
        paths.id = self.claimPath("id") ?? paths.id
        paths.created = self.claimPath("created_at") ?? paths.created
        guard isList else {
            paths.factors = self.claimPath("factors") ?? paths.factors
            return .user(paths)
        }
        for key in ["id", "created_at"] where self.has(key) {
            self.report(
                .contradiction,
                key,
                "`\(key)` beside `factors: .`: a bare list says nothing but the factors"
            )
        }
        return .factorList
    }

    fileprivate func claimsSource() -> DirectoryConfiguration.Source? {
        let created = self.claimPath("created_at")
        let factors = self.claimPath("factors")
        guard self.has("created_at") || self.has("factors") else {
            self.report(
                .missingKey,
                "source",
                "`source: claims` needs `created_at`, `factors` or both",
                help: "write `created_at: app_metadata.created_at`"
            )
            return nil
        }
        return .claims(ClaimsDirectorySource(created: created, factors: factors))
    }

    private func headers(_ key: String) -> [HTTPDirectorySource.Header] {
        guard let section = self.section(key) else { return [] }
        return section.members().compactMap { name, value in
            guard Self.isFieldName(name.value) else {
                self.reading.report(
                    .badValue,
                    at: name.span,
                    "`\(name.value)` is not a header name"
                )
                return nil
            }
            let text = self.reading.scalar(value, key: name.value)
            guard let text, let secret = self.reading.secret(text) else { return nil }
            guard secret.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                self.reading.report(.badValue, at: text.span, "a header value is one line")
                return nil
            }
            return HTTPDirectorySource.Header(name: name.value, value: secret)
        }
    }

    // RFC 9110 section 5.1.
    private static func isFieldName(_ name: String) -> Bool {
        let marks = Set("!#$%&'*+-.^_`|~".utf8)
        return !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: marks.contains(byte)
                }
            }
    }
}
