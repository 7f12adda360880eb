internal import Markup

/// The plain pages of a demonstration: one layout, one style sheet.
package enum DemoPage {
    /// A whole page.
    ///
    /// - `site`: the name beside the title, and the link in the header.
    /// - `navigation`: links of the header, with the path of each.
    package static func html(
        title: String,
        site: String,
        navigation: [(name: String, path: String)] = [],
        scripts: [String] = [],
        body: String
    ) -> String {
        let links = navigation.map { "<a href=\"\($0.path)\">\(MarkupText.escaped($0.name))</a>" }
        let sources = scripts.map { "<script src=\"\($0)\" defer></script>\n" }
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(MarkupText.escaped(title)) · \(MarkupText.escaped(site))</title>
            <link rel="stylesheet" href="\(Self.stylePath)">
            <link rel="icon" href="data:,">
            \(sources.joined())</head>
            <body>
            <a class="skip" href="#main">Skip to the content</a>
            <header><a class="brand" href="/">\(MarkupText.escaped(site))</a>
            <nav aria-label="Pages">\(links.joined(separator: "\n"))</nav></header>
            <main id="main">
            <h1>\(MarkupText.escaped(title))</h1>
            \(body)
            </main>
            </body>
            </html>

            """
    }

    package static let stylePath = "/assets/demo.css"

    /// The style sheet, in answer to `stylePath`.
    package static var style: DemoResponse {
        .text(Self.css, type: "text/css; charset=utf-8")
    }

    private static let css = """
        :root {
            color-scheme: light dark;
            --paper: #fbfaf8; --card: #ffffff; --ink: #1d2129; --soft: #59616f;
            --line: #dedbd5; --accent: #1f5fbf; --on-accent: #ffffff; --good: #1c7044;
            --warn: #92500c; --bad: #a8262a;
            font: 1.0625rem/1.55 system-ui, sans-serif;
        }
        @media (prefers-color-scheme: dark) {
            :root {
                --paper: #14171c; --card: #1d2128; --ink: #e8e6e1; --soft: #a4abb8;
                --line: #343a45; --accent: #8db8ff; --on-accent: #10131a; --good: #7fd3a4;
                --warn: #f0b469; --bad: #ff9c98;
            }
        }
        * { box-sizing: border-box }
        body { margin: 0; background: var(--paper); color: var(--ink) }
        header {
            display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline;
            padding: .9rem max(1rem, calc(50vw - 30rem)); border-bottom: 1px solid var(--line);
            background: var(--card);
        }
        nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem }
        nav a { color: var(--soft); text-decoration: none }
        nav a:hover { color: var(--accent); text-decoration: underline }
        .brand { font-weight: 650; color: var(--ink); text-decoration: none }
        main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
        main.narrow, .narrow { max-width: 26rem }
        h1 { font-size: 1.9rem; line-height: 1.2; letter-spacing: -.01em; margin: .5rem 0 1rem }
        h2 { font-size: 1.2rem; margin: 2.25rem 0 .75rem }
        h3 { font-size: 1.05rem; margin: 0 }
        p { margin: .5rem 0 }
        a { color: var(--accent) }
        small, .soft { color: var(--soft) }
        code, pre, .code { font-family: ui-monospace, monospace; font-size: .92em }
        pre {
            overflow: auto; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem;
            background: var(--card);
        }
        .cards {
            display: grid; gap: 1rem; padding: 0; list-style: none;
            grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr));
        }
        .card {
            display: flex; flex-direction: column; gap: .4rem; padding: 1rem;
            background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
        }
        .card form { margin-top: auto }
        .card ul { margin: 0; padding-left: 1.1rem }
        .big { font-size: 1.7rem; letter-spacing: .12em; font-family: ui-monospace, monospace }
        table { width: 100%; border-collapse: collapse; background: var(--card) }
        th, td { padding: .5rem .6rem; text-align: left; border-bottom: 1px solid var(--line) }
        th { color: var(--soft); font-weight: 600 }
        .scroll { overflow-x: auto }
        form { margin: 0 }
        label { display: block; font-weight: 600; margin: .9rem 0 .25rem }
        input {
            width: 100%; padding: .55rem .7rem; font: inherit; color: inherit;
            background: var(--card); border: 1px solid var(--soft); border-radius: .5rem;
        }
        button, .button {
            display: inline-block; font: inherit; font-weight: 600; cursor: pointer;
            padding: .5rem 1rem; border-radius: .5rem; border: 1px solid var(--accent);
            background: var(--accent); color: var(--on-accent); text-decoration: none;
        }
        button.quiet { background: transparent; color: var(--accent) }
        form button { margin-top: .75rem }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
        .note {
            padding: .75rem 1rem; border-left: .3rem solid var(--accent); margin: 1rem 0;
            background: var(--card); border-radius: 0 .5rem .5rem 0;
        }
        .note.bad { border-color: var(--bad) }
        .good { color: var(--good) } .warn { color: var(--warn) } .bad { color: var(--bad) }
        .skip { position: absolute; left: -100rem }
        .skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem }

        """
}
