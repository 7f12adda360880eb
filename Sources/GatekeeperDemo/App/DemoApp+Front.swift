internal import DemoAuthority
internal import Markup

// The first page: what there is to try.
extension DemoApp {
    func frontPage(_ request: DemoRequest) -> DemoResponse {
        let rows = Self.places.map { place in
            "<tr><td><a href=\"\(place.path)\">\(place.path)</a></td><td>\(place.rule)</td></tr>"
        }
        return self.page(
            "What to try",
            request,
            """
            <p>This is a small application with Gatekeeper in front of it. Sign in as somebody,
            open a page, and see what Gatekeeper makes of it.
            <a href="\(MarkupText.escaped(self.auth.url))/outbox">The phone</a> shows everybody’s
            text messages and authenticator codes.</p>
            <h2>Where to go</h2>
            <div class="scroll"><table>
            <thead><tr><th scope="col">Page</th><th scope="col">Rule</th></tr></thead>
            <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
            <h2>Who to be</h2>
            \(PersonaCards.html(returnTo: "/dashboard"))
            """
        )
    }

    private static let places: [(path: String, rule: String)] = [
        ("/dashboard", "Every user. Who has a second factor shows it; who is new sets one up."),
        ("/items", "A page with a JSON API behind it, which answers with a challenge."),
        ("/live", "A WebSocket."),
        ("/payments", "Paying needs a second factor from the last five minutes."),
        ("/admin", "A second factor for everybody, and one that still exists."),
        ("/security", "A sign-in from the last minute, else you are asked to sign in again."),
        ("/catalog", "Guests too."),
        ("/vault", "Nobody."),
    ]
}
