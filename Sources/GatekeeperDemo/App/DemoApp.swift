internal import DemoAuthority
internal import JSON
internal import Markup
internal import NIOHTTP1

/// The application behind the examples.
///
/// It signs people in with Supabase Auth, keeps the session in the cookie of Supabase's client
/// libraries, and knows who is calling from the headers that Gatekeeper sets.
struct DemoApp: Sendable {
    let auth: AuthClient
    let cookie: SessionCookie
    /// The page on which users manage their second factors, which is not the application's.
    let factorsPage: String?

    static let webSocketPath = "/ws"

    init(url: String, key: String, factors: String?) {
        self.auth = AuthClient(url: url, key: key)
        self.cookie = SessionCookie(project: url)
        self.factorsPage = factors
    }

    func respond(to request: DemoRequest) async -> DemoResponse {
        let isRead = request.method == .GET || request.method == .HEAD
        switch (isRead ? .GET : request.method, request.path) {
        case (.GET, "/"): return self.frontPage(request)
        case (.GET, DemoPage.stylePath): return DemoPage.style
        case (.GET, let path) where path.hasPrefix("/assets/"): return AppScript.answer(path)
        case (.GET, "/login"): return self.signInPage(request)
        case (.POST, "/login"): return await self.signIn(request)
        case (.POST, "/login/guest"): return await self.signInAsGuest(request)
        case (.POST, "/logout"): return await self.signOut(request)
        default: return await self.refreshing(request, self.content(request))
        }
    }

    private func content(_ request: DemoRequest) -> DemoResponse {
        switch (request.method, request.path) {
        case (.GET, "/dashboard"): self.dashboard(request)
        case (.GET, "/admin"): self.simplePage(request, .admin)
        case (.GET, "/catalog"): self.simplePage(request, .catalog)
        case (.GET, "/security"): self.simplePage(request, .security)
        case (.GET, "/payments"): self.payments(request)
        case (.POST, "/payments"): self.pay(request)
        case (.GET, "/items"): self.itemsPage(request)
        case (.GET, "/live"): self.livePage(request)
        default: .json(Self.seen(request))
        }
    }

    /// What the application knows about a caller: what Gatekeeper told it.
    static func seen(_ request: DemoRequest) -> String {
        var seen: JSONObject = ["path": .string(request.path)]
        for field in request.headers where field.name.lowercased().hasPrefix("x-gatekeeper-") {
            seen[field.name.lowercased()] = .string(field.value)
        }
        return JSONValue.object(seen).serialized(pretty: true) + "\n"
    }

    func page(
        _ title: String,
        _ request: DemoRequest,
        scripts: [String] = [],
        _ body: String,
        status: HTTPResponseStatus = .ok
    ) -> DemoResponse {
        var response = DemoResponse.html(
            DemoPage.html(
                title: title,
                site: "Paper Boats",
                navigation: Self.navigation,
                scripts: scripts,
                body: body + self.footer(request)
            ),
            status: status
        )
        response.headers.add(name: "Cache-Control", value: "no-store")
        response.headers.add(
            name: "Content-Security-Policy",
            value: "default-src 'self'; frame-ancestors 'none'"
        )
        return response
    }

    private static let navigation = [
        ("Dashboard", "/dashboard"), ("Items", "/items"), ("Live", "/live"),
        ("Payments", "/payments"), ("Admin", "/admin"),
    ]

    private func footer(_ request: DemoRequest) -> String {
        let subject = request.headers.first(name: "x-gatekeeper-subject")
        guard let subject else { return "" }
        let level = request.headers.first(name: "x-gatekeeper-aal") ?? ""
        let persona = Persona.all.first { $0.id == subject }
        let factors = self.factorsPage.map { page in
            let link = "\(page)?return_to=\(FormEncoding.encode(request.path))"
            return "<p><a href=\"\(MarkupText.escaped(link))\">Your second factors</a></p>"
        }
        return """
            <hr><form method="post" action="/logout"><p class="soft">Gatekeeper says: \
            <strong>\(MarkupText.escaped(persona?.name ?? subject))</strong>, \
            \(MarkupText.escaped(level)).</p>
            \(factors ?? "")<button class="quiet">Sign out</button></form>
            """
    }
}
