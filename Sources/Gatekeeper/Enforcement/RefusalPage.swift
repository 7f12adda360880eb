internal import Markup

/// The page that people see where nothing better can be shown: small, accessible, self-contained.
enum RefusalPage {
    /// Nothing may be loaded or run; only the page's own style sheet applies.
    static let contentSecurityPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"

    static func html(for problem: ProblemBody) -> [UInt8] {
        let title = MarkupText.escaped(problem.title)
        let link = problem.stepUpURI.map { uri in
            "<p><a href=\"\(MarkupText.escaped(uri))\">Continue</a></p>\n"
        }
        let page = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <main>
            <h1>\(title)</h1>
            <p>\(MarkupText.escaped(problem.detail))</p>
            \(link ?? "")<p><small>\(MarkupText.escaped(problem.denial.reason)) · \(problem.decision)</small></p>
            </main>
            </body>
            </html>

            """
        return Array(page.utf8)
    }

    private static let style = """
        :root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}\
        main{max-width:32rem;margin:15vh auto 0;padding:0 1.5rem}\
        h1{font-size:1.5rem}small{opacity:.75}
        """
}
