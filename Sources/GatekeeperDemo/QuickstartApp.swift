internal import DemoAuthority
internal import JSON
internal import NIOHTTP1
internal import TokenSigning

/// The application behind the quickstart: it never looks at a token, only at the headers that
/// Gatekeeper sets, and has simple pages where redirects land.
struct QuickstartApp: Sendable {
    let state: QuickstartState

    func respond(to request: DemoRequest) -> DemoResponse {
        switch (request.method, request.path) {
        case (.GET, "/"), (.HEAD, "/"): self.frontPage()
        case (.GET, "/login"): self.signInPage(request)
        case (.POST, "/login"): self.signIn(request)
        case (.POST, "/logout"): self.signOut()
        case (.GET, "/mfa"): self.challengePage(request)
        case (.POST, "/mfa"): self.challenge(request, enrolls: false)
        case (.GET, "/mfa/setup"): self.enrollPage(request)
        case (.POST, "/mfa/setup"): self.challenge(request, enrolls: true)
        case (.GET, "/admin"): self.resource(request, title: "Admin")
        case (.GET, "/catalog"): self.resource(request, title: "Catalog")
        default: self.resource(request, title: "Resource")
        }
    }

    private func frontPage() -> DemoResponse {
        .html(
            QuickstartPage.html(
                title: "Quickstart",
                body: """
                    <p>This page is public. <a href="/api/items">Items</a> need a signed-in user,
                    <a href="/admin">the admin page</a> a second factor.</p>
                    <p><a href="/login">Sign in</a> as one of the personas, then try both.</p>
                    <form method="post" action="/logout"><button>Sign out</button></form>
                    """
            )
        )
    }

    /// What the application knows about the caller: what Gatekeeper told it.
    private func resource(_ request: DemoRequest, title: String) -> DemoResponse {
        var seen: JSONObject = ["path": .string(request.path)]
        for field in request.headers where field.name.lowercased().hasPrefix("x-gatekeeper-") {
            seen[field.name.lowercased()] = .string(field.value)
        }
        let json = JSONValue.object(seen).serialized(pretty: true)
        guard request.headers["accept"].joined().contains("text/html") else {
            return .json(json + "\n")
        }
        let body = "<pre>\(QuickstartPage.escaped(json))</pre><p><a href=\"/\">Back</a></p>"
        return .html(QuickstartPage.html(title: title, body: body))
    }

    private func signInPage(_ request: DemoRequest) -> DemoResponse {
        let buttons = QuickstartPersona.all.filter {
            $0.hasToken && $0.subject != nil && !$0.isExpired
        }
        .map { persona in
            """
            <p><button name="persona" value="\(persona.name)">\(persona.name)</button>
            \(QuickstartPage.escaped(persona.story))</p>
            """
        }
        return .html(
            QuickstartPage.html(
                title: "Sign in",
                body: QuickstartPage.form(action: "/login", request, content: buttons.joined())
            )
        )
    }

    private func signIn(_ request: DemoRequest) -> DemoResponse {
        let persona = QuickstartPersona.all.first { $0.name == request.form["persona"] }
        guard let persona,
            let token = try? self.state.issuer.token(for: persona, now: DemoFiles.now)
        else { return .html(QuickstartPage.html(title: "Who?", body: ""), status: .badRequest) }
        return self.back(request, token: token)
    }

    private func signOut() -> DemoResponse {
        var response = DemoResponse.redirect(to: "/")
        response.headers.add(name: "Set-Cookie", value: "access_token=; Path=/; Max-Age=0")
        return response
    }

    private func challengePage(_ request: DemoRequest) -> DemoResponse {
        .html(
            QuickstartPage.html(
                title: "Second factor",
                body: QuickstartPage.form(
                    action: "/mfa",
                    request,
                    content: """
                        <p>A real application asks for the code here. This one believes you.</p>
                        <p><button>I have entered the code</button></p>
                        """
                )
            )
        )
    }

    private func enrollPage(_ request: DemoRequest) -> DemoResponse {
        .html(
            QuickstartPage.html(
                title: "Set up a second factor",
                body: QuickstartPage.form(
                    action: "/mfa/setup",
                    request,
                    content: """
                        <p>A real application shows a QR code here. This one believes you.</p>
                        <p><button>I have set up my authenticator</button></p>
                        """
                )
            )
        )
    }

    /// Issues the upgraded token for whoever Gatekeeper says is here.
    private func challenge(_ request: DemoRequest, enrolls: Bool) -> DemoResponse {
        guard let subject = request.headers["x-gatekeeper-subject"].first else {
            return .redirect(to: "/login")
        }
        do {
            if enrolls { try self.state.enroll("totp", for: subject) }
            let token = try self.state.issuer.token(
                subject: subject,
                assurance: "aal2",
                methods: [("totp", 0), ("password", 120)],
                now: DemoFiles.now
            )
            return self.back(request, token: token)
        } catch {
            return .html(
                QuickstartPage.html(
                    title: "Sorry",
                    body: "<p>\(QuickstartPage.escaped("\(error)"))</p>"
                ),
                status: .internalServerError
            )
        }
    }

    // Only a path of this very application: `//host` and `/\host` lead elsewhere.
    private func back(_ request: DemoRequest, token: String) -> DemoResponse {
        let wanted = request.form["return_to"] ?? "/"
        let second = wanted.utf8.dropFirst().first
        let isOwn =
            wanted.hasPrefix("/") && second != UInt8(ascii: "/")
            && wanted.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
        var response = DemoResponse.redirect(to: isOwn ? wanted : "/")
        response.headers.add(
            name: "Set-Cookie",
            value: "access_token=\(token); Path=/; HttpOnly; SameSite=Lax"
        )
        return response
    }
}
