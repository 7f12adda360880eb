internal import DemoAuthority
internal import NIOHTTP1

/// The scripts of the two pages that have one.
enum AppScript {
    static func answer(_ path: String) -> DemoResponse {
        switch path {
        case "/assets/items.js": .text(self.items, type: "text/javascript; charset=utf-8")
        case "/assets/live.js": .text(self.live, type: "text/javascript; charset=utf-8")
        default: DemoResponse(status: .notFound)
        }
    }

    // RFC 9470: a 401 that names what is missing, with the page where it can be shown.
    private static let items = #"""
        const result = document.getElementById("result");
        const show = (tag, text) => {
            const element = document.createElement(tag);
            element.textContent = text;
            result.replaceChildren(element);
            return element;
        };
        document.getElementById("load").addEventListener("click", async () => {
            const response = await fetch("/api/items", {headers: {Accept: "application/json"}});
            if (response.ok) return show("pre", await response.text());
            const problem = await response.json().catch(() => ({}));
            if (!problem.step_up_uri) {
                return show("p", `Refused: ${response.status} ${problem.reason ?? ""}`);
            }
            const url = new URL(problem.step_up_uri, location.href);
            url.searchParams.set("return_to", location.pathname);
            show("p", "The items need a second factor. ").className = "note";
            const link = document.createElement("a");
            link.href = url.href;
            link.textContent = "Show it now";
            result.firstChild.append(link);
        });

        """#

    private static let live = #"""
        const log = document.getElementById("log");
        const note = text => { log.textContent += `\n${text}`; };
        const socket = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/ws`);
        socket.addEventListener("open", () => { log.textContent = "Connected."; });
        socket.addEventListener("message", event => note(event.data));
        socket.addEventListener("close", () => note("Closed."));
        document.getElementById("say").addEventListener("submit", event => {
            event.preventDefault();
            const field = document.getElementById("text");
            socket.send(field.value);
            field.value = "";
        });

        """#
}
