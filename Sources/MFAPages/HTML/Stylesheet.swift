/// The one style sheet of all pages: constant, apart from the brand's colour.
///
/// Only logical properties are used, so that the pages read from either side.
package struct Stylesheet: Hashable, Sendable {
    /// What stands between `<style>` and `</style>`; a policy allows it by its hash.
    package let text: String

    private static let lightCard = Colour.white
    private static let darkCard = Colour(red: 0x1b, green: 0x1d, blue: 0x22)

    package init(brand: Colour) {
        let dark = brand.readable(on: Self.darkCard)
        self.text =
            Self.variables(accent: brand.readable(on: Self.lightCard), isDark: false)
            + "@media(prefers-color-scheme:dark){\(Self.variables(accent: dark, isDark: true))}"
            + Self.rules
    }

    private static func variables(accent: Colour, isDark: Bool) -> String {
        let colours =
            isDark
            ? """
            --page:#101114;--card:\(Self.darkCard);--ink:#eceef2;--soft:#a9afbb;--line:#3a3e47;\
            --edge:#7d8491;--good:#14321f;--good-ink:#a5e3ba;--bad:#3d1719;--bad-ink:#ffb9b5;\
            --note:#26292f
            """
            : """
            --page:#f3f4f7;--card:\(Self.lightCard);--ink:#16181d;--soft:#565d6b;--line:#dfe2e8;\
            --edge:#7b8291;--good:#e7f6ec;--good-ink:#14532d;--bad:#fdeceb;--bad-ink:#8c1d18;\
            --note:#f1f2f5
            """
        return ":root{\(colours);--accent:\(accent);--on-accent:\(accent.ink)}"
    }

    private static let rules = """
        *{box-sizing:border-box}\
        :root{color-scheme:light dark;font:100%/1.5 system-ui,-apple-system,"Segoe UI",Roboto,\
        "Noto Sans",sans-serif;-webkit-text-size-adjust:100%}\
        body{margin:0;background:var(--page);color:var(--ink);min-block-size:100vh;display:flex;\
        flex-direction:column;align-items:center;padding:clamp(1rem,6vh,4rem) 1rem 2rem}\
        header,main,footer{inline-size:100%;max-inline-size:27rem}\
        header{display:flex;align-items:center;gap:.75rem;margin-block-end:1.25rem;\
        font-weight:600;padding-inline:.25rem}\
        header img{block-size:2rem;max-inline-size:10rem;object-fit:contain}\
        main{background:var(--card);border:1px solid var(--line);border-radius:1rem;\
        padding:clamp(1.25rem,5vw,2rem);box-shadow:0 1px 2px rgb(0 0 0/.04),\
        0 8px 24px rgb(0 0 0/.05);overflow-wrap:anywhere}\
        h1{font-size:1.5rem;line-height:1.25;margin:0 0 .75rem;letter-spacing:-.01em;\
        text-wrap:balance}\
        h2{font-size:1.0625rem;line-height:1.35;margin:0 0 .35rem}\
        p{margin:0 0 1rem;text-wrap:pretty}p:last-child{margin-block-end:0}\
        .soft{color:var(--soft)}small,.small{font-size:.875rem}\
        section{border-block-start:1px solid var(--line);margin-block-start:1.5rem;\
        padding-block-start:1.25rem}\
        a{color:var(--accent);text-underline-offset:.15em}\
        a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible\
        {outline:3px solid var(--accent);outline-offset:2px}\
        label{display:block;font-weight:600;margin-block-end:.35rem}\
        .hint{display:block;font-weight:400;color:var(--soft);font-size:.875rem;\
        margin-block-start:.4rem}\
        input,select{inline-size:100%;font:inherit;color:inherit;background:var(--card);\
        border:1px solid var(--edge);border-radius:.6rem;padding:.65rem .8rem;\
        min-block-size:2.9rem}\
        .digits{font-size:1.5rem;letter-spacing:.35em;text-align:center;\
        font-variant-numeric:tabular-nums;direction:ltr}\
        .field{margin-block-end:1rem}\
        button,.button{display:block;inline-size:100%;font:inherit;font-weight:600;\
        text-align:center;text-decoration:none;border-radius:.6rem;padding:.7rem 1rem;\
        min-block-size:2.9rem;cursor:pointer;border:1px solid var(--accent);\
        background:var(--accent);color:var(--on-accent)}\
        button:hover,.button:hover{filter:brightness(1.08)}\
        .quiet{background:transparent;color:var(--ink);border-color:var(--edge)}\
        .quiet:hover{background:var(--note);filter:none}\
        .link{display:inline;inline-size:auto;min-block-size:0;padding:0;border:0;\
        background:none;color:var(--accent);font-weight:400;text-decoration:underline;\
        text-underline-offset:.15em}.link:hover{filter:none}\
        .danger{background:var(--bad-ink);border-color:var(--bad-ink);color:var(--card)}\
        form+form{margin-block-start:1.25rem}\
        form+.button,.button+form,.button+.button{margin-block-start:.75rem}\
        .notice{border-radius:.6rem;padding:.75rem 1rem;margin:0 0 1.25rem}\
        .notice.bad{background:var(--bad);color:var(--bad-ink)}\
        .notice.good{background:var(--good);color:var(--good-ink)}\
        .notice.plain{background:var(--note)}\
        .notice p{margin:0}.notice p+p{margin-block-start:.35rem}\
        ul{list-style:none;margin:0;padding:0}\
        .rows li{display:flex;align-items:center;justify-content:space-between;gap:1rem;\
        padding-block:.85rem;border-block-start:1px solid var(--line)}\
        .rows li:first-child{border-block-start:0}\
        .rows small{display:block;color:var(--soft)}\
        .rows li>:last-child{flex:none}\
        .ways li+li{margin-block-start:.6rem}\
        .picture{display:block;inline-size:12.5rem;block-size:12.5rem;margin:0 auto 1rem;\
        background:#fff;padding:.6rem;border-radius:.75rem;border:1px solid var(--line)}\
        .secret{display:block;background:var(--note);border-radius:.6rem;padding:.65rem .8rem;\
        font:600 1rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;\
        letter-spacing:.06em;direction:ltr;text-align:center;user-select:all;\
        text-wrap:balance}\
        footer{display:flex;flex-wrap:wrap;gap:.35rem 1.25rem;justify-content:center;\
        margin-block-start:1.25rem;font-size:.875rem;color:var(--soft)}\
        footer form{margin:0!important}footer p{inline-size:100%;text-align:center;margin:0}\
        @media(forced-colors:active){main,.notice,.picture{border:1px solid}}\
        @media(prefers-reduced-motion:no-preference){button,.button{transition:filter .12s}}
        """
}
