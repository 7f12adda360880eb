internal import DemoAuthority

/// What `make run` prints: one ready line per persona, and what it will get.
struct QuickstartGuide {
    let folder: String
    let url: String
    let authority: String

    /// One request and its answer.
    private struct Trial {
        let path: String
        let status: Int
        let meaning: String

        init(_ path: String, _ status: Int, _ meaning: String) {
            self.path = path
            self.status = status
            self.meaning = meaning
        }
    }

    var text: String {
        let sessions = ReadySession.all.map { session in
            self.lines(session.name, session.story, token: session.name)
        }
        let nobody = self.lines("nobody", "no token at all", token: nil)
        return """

            Gatekeeper is running at \(self.url)

            \((sessions + [nobody]).joined(separator: "\n"))
            In a browser, open

                \(self.url)

            which says what to try. Text messages and authenticator codes arrive at
            \(self.authority)/outbox; verifying a factor there ends the user's sessions
            without one, those of the lines above included.

            Press Ctrl-C to stop.

            """
    }

    private func lines(_ name: String, _ story: String, token: String?) -> String {
        var text = "\(name): \(story)\n"
        let header = token.map { name in
            " -H \"Authorization: Bearer $(cat \(self.folder)/tokens/\(name).jwt)\""
        }
        for trial in Self.trials[name] ?? [] {
            text += "  curl -i\(header ?? "") '\(self.url)\(trial.path)'\n"
            text += "    -> \(trial.status), \(trial.meaning)\n"
        }
        return text
    }

    private static let trials: [String: [Trial]] = [
        "olga": [
            Trial("/dashboard", 200, "served"),
            Trial("/admin", 302, "sent to /mfa/setup: admin pages need MFA"),
            Trial("/vault", 403, "refused: nobody may"),
        ],
        "nils": [Trial("/dashboard", 302, "sent to /mfa/setup: new users need MFA")],
        "ada": [
            Trial(
                "/dashboard?page=2",
                302,
                "sent to /mfa, and back to /dashboard?page=2 afterwards"
            ),
            Trial("/api/items", 401, "challenged, error=\"insufficient_user_authentication\""),
        ],
        "ada-aal2": [Trial("/dashboard", 200, "served"), Trial("/admin", 200, "served")],
        "pia": [Trial("/dashboard", 302, "sent to /mfa, where a text message is the way")],
        "stan": [
            Trial("/dashboard", 200, "served: no factor, nothing demanded"),
            Trial("/admin", 302, "sent to /login: the token is stale"),
        ],
        "guest": [
            Trial("/catalog", 200, "served"),
            Trial("/dashboard", 401, "refused: a signed-in user is needed"),
        ],
        "service": [
            Trial("/internal/jobs", 200, "served"),
            Trial("/dashboard", 403, "refused: not admitted there"),
        ],
        "expired": [Trial("/dashboard", 401, "refused: token-expired")],
        "nobody": [
            Trial("/", 200, "served: the front page is public"),
            Trial("/dashboard", 401, "refused: no-credential"),
        ],
    ]
}
