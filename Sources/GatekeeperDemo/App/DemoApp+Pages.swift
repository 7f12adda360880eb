internal import DemoAuthority
internal import Markup
internal import NIOHTTP1

/// A page that shows no more than that somebody came through.
struct SimplePage {
    let title: String
    let text: String

    static let admin = SimplePage(
        title: "Admin",
        text: "Only a second factor that still exists opens this page, for everybody."
    )
    static let catalog = SimplePage(title: "Catalog", text: "Guests may look around here.")
    static let security = SimplePage(
        title: "Security",
        text: "This page wants a sign-in from the last minute; an older one is asked again."
    )
}

// What the application is for.
extension DemoApp {
    func simplePage(_ request: DemoRequest, _ page: SimplePage) -> DemoResponse {
        self.page(
            page.title,
            request,
            "<p>\(MarkupText.escaped(page.text))</p>\(Self.toldByGatekeeper(request))"
        )
    }

    func dashboard(_ request: DemoRequest) -> DemoResponse {
        self.page(
            "Dashboard",
            request,
            """
            <p>Every signed-in user has one. Who has set up a second factor must show it, and so
            must everybody who came after the beginning of 2026.</p>
            \(Self.toldByGatekeeper(request))
            """
        )
    }

    private static func toldByGatekeeper(_ request: DemoRequest) -> String {
        """
        <h2>What Gatekeeper told this page</h2>
        <pre>\(MarkupText.escaped(Self.seen(request)))</pre>
        """
    }

    func payments(_ request: DemoRequest) -> DemoResponse {
        self.page(
            "Payments",
            request,
            """
            <p>Anybody who is signed in may look at this form. Sending it needs a second factor
            from the last five minutes.</p>
            <form method="post" action="/payments" class="narrow">
            <label for="to">To</label>
            <input id="to" name="to" required autocomplete="off" value="Harbour Ltd">
            <label for="amount">Amount in boats</label>
            <input id="amount" name="amount" required inputmode="numeric" value="12">
            <button>Pay</button>
            </form>
            """
        )
    }

    func pay(_ request: DemoRequest) -> DemoResponse {
        let to = MarkupText.escaped(request.form["to"] ?? "")
        let amount = MarkupText.escaped(request.form["amount"] ?? "")
        return self.page(
            "Paid",
            request,
            "<p class=\"note\">\(amount) boats are on their way to \(to).</p>"
        )
    }

    func itemsPage(_ request: DemoRequest) -> DemoResponse {
        self.page(
            "Items",
            request,
            scripts: ["/assets/items.js"],
            """
            <p>A page that fetches its content from <code>/api/items</code>. Where the API asks
            for more than the session has shown, the answer says where to go.</p>
            <p><button id="load">Load the items</button></p>
            <div id="result" aria-live="polite"></div>
            <noscript><p class="note">This page needs JavaScript.</p></noscript>
            """
        )
    }

    func livePage(_ request: DemoRequest) -> DemoResponse {
        self.page(
            "Live",
            request,
            scripts: ["/assets/live.js"],
            """
            <p>A WebSocket through Gatekeeper. It is closed when the token of its session
            expires.</p>
            <form id="say" class="narrow"><label for="text">Say something</label>
            <input id="text" autocomplete="off"><button>Send</button></form>
            <pre id="log" aria-live="polite">Connecting …</pre>
            <noscript><p class="note">This page needs JavaScript.</p></noscript>
            """
        )
    }
}
