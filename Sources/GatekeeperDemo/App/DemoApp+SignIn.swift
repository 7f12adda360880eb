internal import DemoAuthority
internal import JSON
internal import Markup
internal import NIOHTTP1

// Signing in and out, and staying signed in.
extension DemoApp {
    func signInPage(_ request: DemoRequest, problem: String? = nil) -> DemoResponse {
        let back = Self.wayBack(request)
        let note = problem.map {
            "<p class=\"note bad\" role=\"alert\">\(MarkupText.escaped($0))</p>"
        }
        return self.page(
            "Sign in",
            request,
            """
            \(note ?? "")
            <form method="post" action="/login" class="narrow">
            <input type="hidden" name="return_to" value="\(MarkupText.escaped(back))">
            <label for="account">E-mail or phone number</label>
            <input id="account" name="account" autocomplete="username" required>
            <label for="password">Password</label>
            <input id="password" name="password" type="password"
            autocomplete="current-password" required>
            <button>Sign in</button>
            </form>
            <form method="post" action="/login/guest">
            <input type="hidden" name="return_to" value="\(MarkupText.escaped(back))">
            <button class="quiet">Look around as a guest</button></form>
            <h2>Or as one of these</h2>
            \(PersonaCards.html(returnTo: back))
            """,
            status: problem == nil ? .ok : .badRequest
        )
    }

    func signIn(_ request: DemoRequest) async -> DemoResponse {
        let account = request.form["account"] ?? ""
        let answer = await self.auth.ask(
            .POST,
            "/token?grant_type=password",
            for: request,
            [
                account.contains("@") ? "email" : "phone": .string(account),
                "password": .string(request.form["password"] ?? ""),
            ]
        )
        guard answer.isFine else { return self.signInPage(request, problem: answer.message) }
        return self.entered(request, answer)
    }

    func signInAsGuest(_ request: DemoRequest) async -> DemoResponse {
        let answer = await self.auth.ask(.POST, "/signup", for: request, [:])
        guard answer.isFine else { return self.signInPage(request, problem: answer.message) }
        return self.entered(request, answer)
    }

    func signOut(_ request: DemoRequest) async -> DemoResponse {
        if let token = self.accessToken(request) {
            _ = await self.auth.ask(.POST, "/logout?scope=local", for: request, token: token)
        }
        return Self.setting(
            self.cookie.fields(endingIn: request.cookies),
            on: .redirect(to: "/")
        )
    }

    /// Keeps the session of a token response, and leads back to where somebody came from.
    func entered(_ request: DemoRequest, _ answer: AuthClient.Answer) -> DemoResponse {
        let session = answer.body.objectValue ?? [:]
        return Self.setting(
            self.cookie.fields(keeping: session, over: request.cookies),
            on: .redirect(to: Self.wayBack(request))
        )
    }

    func accessToken(_ request: DemoRequest) -> String? {
        self.cookie.session(in: request.cookies)?["access_token"]?.stringValue
    }

    /// Adds a refreshed session to an answer when the one that came ends within 90 seconds.
    func refreshing(_ request: DemoRequest, _ response: DemoResponse) async -> DemoResponse {
        guard let session = self.cookie.session(in: request.cookies),
            let end = session["expires_at"]?.integerValue, end - DemoFiles.now < 90,
            let token = session["refresh_token"]
        else { return response }
        let answer = await self.auth.ask(
            .POST,
            "/token?grant_type=refresh_token",
            for: request,
            ["refresh_token": token]
        )
        guard answer.isFine, let next = answer.body.objectValue else { return response }
        return Self.setting(self.cookie.fields(keeping: next, over: request.cookies), on: response)
    }

    private static func setting(_ fields: [String], on answer: DemoResponse) -> DemoResponse {
        var response = answer
        for field in fields { response.headers.add(name: "Set-Cookie", value: field) }
        response.headers.replaceOrAdd(name: "Cache-Control", value: "private, no-store")
        return response
    }

    // Only a path of this very application: `//host` and `/\host` lead elsewhere.
    static func wayBack(_ request: DemoRequest) -> String {
        let wanted = request.form["return_to"] ?? request.query["return_to"] ?? ""
        let second = wanted.utf8.dropFirst().first
        let isOwn =
            wanted.hasPrefix("/") && second != UInt8(ascii: "/")
            && wanted.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
        return isOwn ? wanted : "/dashboard"
    }
}
