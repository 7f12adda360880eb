internal import DemoAuthority
internal import Markup

/// The personas as cards, each with a button that signs in as them.
enum PersonaCards {
    static func html(returnTo: String) -> String {
        let cards = Persona.all.filter { $0.email != nil || $0.phone != nil }.map { persona in
            Self.card(persona, returnTo: returnTo)
        }
        return """
            <p>Their password is <code>\(Persona.password)</code>.</p>
            <ul class="cards">\(cards.joined(separator: "\n"))</ul>
            """
    }

    private static func card(_ persona: Persona, returnTo: String) -> String {
        let account = persona.email ?? persona.phone.map { "+\($0)" } ?? ""
        let secrets = persona.factors.compactMap { factor in
            factor.secret.map {
                "<small>\(MarkupText.escaped(factor.name)): <code>\($0)</code></small>"
            }
        }
        return """
            <li class="card"><h3>\(MarkupText.escaped(persona.name))</h3>
            <span>\(MarkupText.escaped(persona.story))</span>
            <small>\(Self.expectations[persona.name] ?? "")</small>
            <small><code>\(MarkupText.escaped(account))</code></small>
            \(secrets.joined(separator: "\n"))
            <form method="post" action="/login">
            <input type="hidden" name="return_to" value="\(MarkupText.escaped(returnTo))">
            <input type="hidden" name="account" value="\(MarkupText.escaped(account))">
            <input type="hidden" name="password" value="\(Persona.password)">
            <button class="quiet">Sign in as \(MarkupText.escaped(persona.name))</button>
            </form></li>
            """
    }

    private static let expectations = [
        "olga": "Goes everywhere; only Admin and payments want her to set up a factor.",
        "nils": "Is asked to set up a factor at once: he came after the rule.",
        "ada": "Is asked for her code, and then may go everywhere but into the vault.",
        "pia": "Her code arrives as a text message; payments want an authenticator app.",
        "tess": "May choose which factor to show.",
        "lena": "Is left alone like olga: an unfinished factor does not count.",
        "stan": "His token on the command line is stale; here he is like olga.",
        "wanda": "Signs in by number.",
        "bert": "Cannot sign in.",
    ]
}
