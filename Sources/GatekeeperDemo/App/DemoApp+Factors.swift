internal import DemoAuthority
internal import JSON
internal import NIOHTTP1

// The application's own pages for second factors, as simple as can be.
extension DemoApp {
    /// Shows the factors, sends a text message, or looks at a code.
    func challenge(_ request: DemoRequest) async -> DemoResponse {
        guard let token = self.accessToken(request) else { return .redirect(to: "/login") }
        let form = request.form
        guard request.method == .POST, let factor = form["factor"].map(FormEncoding.encode) else {
            return await self.factorsPage(request, token: token)
        }
        let path = "/factors/\(factor)"
        guard let challenge = form["challenge"] else {
            let asked = await self.auth.ask(
                .POST,
                "\(path)/challenge",
                for: request,
                token: token,
                [:]
            )
            guard let id = asked.body["id"]?.stringValue else {
                return await self.factorsPage(request, token: token, problem: asked.message)
            }
            return self.codePage(request, factor: factor, challenge: id)
        }
        return await self.verify(request, factor: factor, challenge: challenge, token: token)
    }

    private func verify(
        _ request: DemoRequest,
        factor: String,
        challenge: String,
        token: String
    ) async -> DemoResponse {
        let answer = await self.auth.ask(
            .POST,
            "/factors/\(factor)/verify",
            for: request,
            token: token,
            ["challenge_id": .string(challenge), "code": .string(request.form["code"] ?? "")]
        )
        guard answer.isFine else {
            let message = answer.message
            return self.codePage(request, factor: factor, challenge: challenge, problem: message)
        }
        return self.entered(request, answer)
    }

    private func factorsPage(
        _ request: DemoRequest,
        token: String,
        problem: String? = nil
    ) async -> DemoResponse {
        let user = await self.auth.ask(.GET, "/user", for: request, token: token)
        let factors = (user.body["factors"]?.arrayValue ?? []).filter { factor in
            factor["status"]?.stringValue == "verified"
        }
        let forms = factors.map { factor in
            Self.form(
                "/mfa",
                request,
                fields: ["factor": factor["id"]?.stringValue ?? ""],
                content: """
                    <p>\(DemoPage.escaped(factor["friendly_name"]?.stringValue ?? "Factor"))</p>
                    <button>Use it</button>
                    """
            )
        }
        return self.page(
            "Second factor",
            request,
            "\(Self.note(problem))\(forms.joined(separator: "\n"))"
        )
    }

    private func codePage(
        _ request: DemoRequest,
        factor: String,
        challenge: String,
        problem: String? = nil,
        before: String = ""
    ) -> DemoResponse {
        self.page(
            "Enter the code",
            request,
            """
            \(Self.note(problem))\(before)
            \(Self.form(
                "/mfa",
                request,
                fields: ["factor": factor, "challenge": challenge],
                content: """
                    <label for="code">Code</label>
                    <input id="code" name="code" inputmode="numeric"
                    autocomplete="one-time-code" required>
                    <button>Continue</button>
                    """
            ))
            """
        )
    }

    /// Offers to set up an authenticator, or shows its secret and asks for a first code.
    func enroll(_ request: DemoRequest) async -> DemoResponse {
        guard let token = self.accessToken(request) else { return .redirect(to: "/login") }
        guard request.method == .POST else { return self.offer(request) }
        let made = await self.auth.ask(
            .POST,
            "/factors",
            for: request,
            token: token,
            ["factor_type": "totp", "friendly_name": .string("App \(DemoFiles.now)")]
        )
        guard let factor = made.body["id"]?.stringValue, let app = made.body["totp"] else {
            return self.offer(request, problem: made.message)
        }
        let asked = await self.auth.ask(
            .POST,
            "/factors/\(factor)/challenge",
            for: request,
            token: token,
            [:]
        )
        let picture = FormEncoding.encode(app["qr_code"]?.stringValue ?? "")
        return self.codePage(
            request,
            factor: factor,
            challenge: asked.body["id"]?.stringValue ?? "",
            before: """
                <p><img class="qr" alt="QR code with the secret below"
                src="data:image/svg+xml;charset=utf-8,\(picture)"></p>
                <p>Secret: <code>\(app["secret"]?.stringValue ?? "")</code></p>
                """
        )
    }

    private func offer(_ request: DemoRequest, problem: String? = nil) -> DemoResponse {
        self.page(
            "Set up a second factor",
            request,
            """
            \(Self.note(problem))
            \(Self.form(
                "/mfa/setup",
                request,
                fields: [:],
                content: "<button>Set up an authenticator app</button>"
            ))
            """
        )
    }

    private static func note(_ problem: String?) -> String {
        problem.map { "<p class=\"note bad\" role=\"alert\">\(DemoPage.escaped($0))</p>" } ?? ""
    }

    /// A form that carries the way back along.
    private static func form(
        _ action: String,
        _ request: DemoRequest,
        fields: [String: String],
        content: String
    ) -> String {
        var all = fields
        all["return_to"] = Self.wayBack(request)
        let hidden = all.sorted { $0.key < $1.key }.map { name, value in
            "<input type=\"hidden\" name=\"\(name)\" value=\"\(DemoPage.escaped(value))\">"
        }
        return """
            <form method="post" action="\(action)" class="narrow">
            \(hidden.joined(separator: "\n"))
            \(content)
            </form>
            """
    }
}
