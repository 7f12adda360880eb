internal import DemoAuthority

/// The plain pages of a demonstration.
enum QuickstartPage {
    static func html(title: String, body: String) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(Self.escaped(title)) · Gatekeeper quickstart</title>
        <style>
        :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
        main { max-width: 34rem; margin: 10vh auto; padding: 0 1.5rem }
        button { font: inherit; padding: .3rem .9rem }
        pre { overflow: auto; padding: 1rem; border: 1px solid #8886; border-radius: .4rem }
        </style>
        </head>
        <body><main><h1>\(Self.escaped(title))</h1>
        \(body)
        </main></body>
        </html>

        """
    }

    /// A form that carries the way back along.
    static func form(action: String, _ request: DemoRequest, content: String) -> String {
        let back = request.query["return_to"] ?? "/"
        return """
            <form method="post" action="\(action)">
            <input type="hidden" name="return_to" value="\(Self.escaped(back))">
            \(content)
            </form>
            """
    }

    static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
