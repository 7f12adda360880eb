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
            self.lines(session.name, session.story, proof: self.proof(of: session.name))
        }
        let nobody = self.lines("nobody", "no token at all", proof: "")
        return """

            Gatekeeper is running at \(self.url)

            \((sessions + [nobody]).joined(separator: "\n"))
            In a browser, open

                \(self.url)

            which says what to try. Gatekeeper's own pages ask for second factors and set them
            up; the phone at \(self.authority)/outbox shows everybody's text
            messages and authenticator codes. Showing a factor ends the user's sessions without
            one, those of the lines above included.

            Press Ctrl-C to stop.

            """
    }

    // People have a cookie, as in a browser; programs send a header.
    private func proof(of session: String) -> String {
        switch session {
        case "service", "expired":
            " -H \"Authorization: Bearer $(cat \(self.folder)/tokens/\(session).jwt)\""
        default:
            " -b \"$(cat \(self.folder)/cookies/\(session))\""
        }
    }

    private func lines(_ name: String, _ story: String, proof: String) -> String {
        var text = "\(name): \(story)\n"
        for trial in Self.trials[name] ?? [] {
            text += "  curl -i\(proof) '\(self.url)\(trial.path)'\n"
            text += "    -> \(trial.status), \(trial.meaning)\n"
        }
        return text
    }

    private static let trials: [String: [Trial]] = [
        "olga": [
            Trial("/dashboard", 200, "served"),
            Trial("/admin", 302, "sent to /.gatekeeper/enroll: admin pages need MFA"),
            Trial("/vault", 403, "refused: nobody may"),
        ],
        "nils": [Trial("/dashboard", 302, "sent to /.gatekeeper/enroll: new users need MFA")],
        "ada": [
            Trial(
                "/dashboard?page=2",
                302,
                "sent to /.gatekeeper/step-up, and back to /dashboard?page=2 afterwards"
            ),
            Trial("/api/items", 401, "challenged, error=\"insufficient_user_authentication\""),
        ],
        "ada-aal2": [Trial("/dashboard", 200, "served"), Trial("/admin", 200, "served")],
        "pia": [
            Trial("/dashboard", 302, "sent to /.gatekeeper/step-up: a text message is the way")
        ],
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
