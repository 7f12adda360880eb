internal import GRDB
internal import JSON
internal import Markup
internal import NIOHTTP1
internal import PolicyDSL

// Beside the API, for whoever plays with the demonstration: a phone, and the keys.
extension Exchange {
    func consoleAnswer() throws -> DemoResponse {
        switch (self.request.method, self.request.path) {
        case (.GET, "/"), (.HEAD, "/"), (.GET, "/outbox"), (.HEAD, "/outbox"):
            return try self.outboxPage()
        case (.GET, "/outbox.json"): return .json(.array(try self.messages().map(Self.record)))
        case (.GET, DemoPage.stylePath): return DemoPage.style
        case (.GET, "/keys"), (.HEAD, "/keys"): return self.keysPage()
        case (.POST, "/keys/rotate"):
            return try self.doing { try self.changeKeys { $0.rotate() } }
        case (.POST, "/keys/renew"):
            return try self.doing { try self.changeKeys { try $0.renew() } }
        case (.POST, "/outage"):
            return try self.doing { self.authority.beginOutage(seconds: 30, at: self.now) }
        default: return Self.notFound
        }
    }

    private func messages() throws -> [TextMessage] {
        try TextMessage.order(Column("id").desc).limit(50).fetchAll(self.database)
    }

    private static func record(of message: TextMessage) -> JSONValue {
        [
            "to": .string("+\(message.phone)"), "channel": .string(message.channel),
            "body": .string(message.body), "code": .string(message.code),
            "sent_at": .string(message.sentAt.description),
        ]
    }

    private func page(_ title: String, _ body: String) -> DemoResponse {
        .html(
            DemoPage.html(
                title: title,
                site: "Demo authority",
                navigation: [("Phone", "/outbox"), ("Controls", "/keys")],
                body: body
            )
        )
    }
}

// The phone: text messages and authenticator apps.
extension Exchange {
    private func outboxPage() throws -> DemoResponse {
        let messages = try self.messages()
        let rows = messages.map { message in
            """
            <li class="card"><small>to +\(MarkupText.escaped(message.phone)) by \
            \(MarkupText.escaped(message.channel)), <time>\(message.sentAt)</time></small>
            <p>\(MarkupText.escaped(message.body))</p></li>
            """
        }
        let texts =
            rows.isEmpty
            ? "<p class=\"soft\">Nothing has arrived yet.</p>"
            : "<ul class=\"cards\">\(rows.joined(separator: "\n"))</ul>"
        return self.page(
            "Phone",
            """
            <p>Everybody’s phone in this demonstration: the text messages that were sent, and the
            authenticator apps. Load the page again for newer ones.</p>
            <h2>Text messages</h2>
            \(texts)
            <h2>Authenticator apps</h2>
            \(try self.authenticators())
            """
        )
    }

    private func authenticators() throws -> String {
        let factors = try Factor.filter(Column("factor_type") == FactorType.totp.rawValue)
            .order(Column("created_at").desc).limit(50).fetchAll(self.database)
        let rest = TimeBasedCode.period - self.now.seconds % TimeBasedCode.period
        let cards = try factors.map { factor in
            let owner = try User.fetchOne(self.database, key: factor.userId)
            let code = factor.secret.flatMap { TimeBasedCode(secret: $0) }?.code(at: self.now)
            let name = factor.friendlyName.isEmpty ? "" : " · \(factor.friendlyName)"
            return """
                <li class="card"><h3>\(MarkupText.escaped((owner?.email ?? "") + name))</h3>
                <p class="big">\(code ?? "")</p>
                <small>\(rest) seconds left\(factor.isVerified ? "" : ", not verified yet")</small>
                </li>
                """
        }
        return "<ul class=\"cards\">\(cards.joined(separator: "\n"))</ul>"
    }
}

// The signing keys.
extension Exchange {
    private func keysPage() -> DemoResponse {
        let rows = self.authority.keyRing.entries.map { entry in
            """
            <tr><td><code>\(MarkupText.escaped(entry.keyID))</code></td>
            <td>\(entry.state.rawValue.replacing("_", with: " "))</td></tr>
            """
        }
        return self.page(
            "Controls",
            """
            <h2>Keys</h2>
            <p>All of them are published in
            <a href="/auth/v1/.well-known/jwks.json">the key set</a>; the one in use signs.</p>
            <div class="scroll"><table><thead><tr><th>Key</th><th>State</th></tr></thead>
            <tbody>\(rows.joined())</tbody></table></div>
            <form method="post" action="/keys/rotate"><button>Rotate</button>
            <p class="soft">Signs with the other key. Tokens that exist stay good.</p></form>
            <form method="post" action="/keys/renew"><button class="quiet">Renew</button>
            <p class="soft">Ends the trust in the keys that do not sign, and makes a new
            one.</p></form>
            <h2>Outage</h2>
            <form method="post" action="/outage"><button class="quiet">Be down for 30
            seconds</button>
            <p class="soft">The API answers 503, as a project that is down does.</p></form>
            """
        )
    }

    private func changeKeys(_ change: (inout KeyRing) throws -> Void) throws {
        try self.authority.changeKeys(in: self.database, change)
    }

    // A page of somebody else's in the same browser has no say here.
    private func doing(_ action: () throws -> Void) throws -> DemoResponse {
        let site = self.header("sec-fetch-site")
        guard site == nil || site == "same-origin" || site == "none" else {
            return DemoResponse(status: .forbidden)
        }
        try action()
        return .redirect(to: "/keys")
    }
}
