/// Paths, hosts and methods: the policy must see what the upstream will serve.
extension AdvisoryRow {
    private static let page = Outcome.redirected(to: "/mfa?return_to=%2Fadmin")

    private static let folder = Outcome.redirected(to: "/mfa?return_to=%2Fadmin%2F")

    static let targets: [AdvisoryRow] = [
        row(
            "CVE-2025-54576: the query is no part of the path",
            .ada,
            "/admin?/public/x",
            .redirected(to: "%2Fadmin%3F%2Fpublic%2Fx")
        ),
        row(
            "GHSA-pxq7-h93f-9jrg: an encoded `#` hides nothing",
            .ada,
            "/public/%23/../../admin",
            page
        ),
        row(
            "CVE-2021-39156, GHSA-fvhj-4qfh-q2hm: a fragment",
            .ada,
            "/public/x#/admin",
            .refused(400)
        ),
        row("CVE-2021-31920: two slashes", .ada, "//admin", .refused(400)),
        row("CVE-2021-31920: an encoded slash", .ada, "/public%2F..%2Fadmin", .refused(400)),
        row("CVE-2020-8595: an exact path with something behind it", .ada, "/admin/", folder),
        row(
            "CVE-2020-8595: an exact path with a query",
            .ada,
            "/admin?",
            .redirected(to: "%2Fadmin")
        ),
        row("CVE-2026-39350: a dot is a dot", .nobody, "/pubZx/a", .refused(401)),
        row("CVE-2019-9901: no normalisation", .ada, "/public/../admin", page),
        row("CVE-2021-29492: an encoded backslash", .ada, "/public%5c..%5cadmin", .refused(400)),
        row(
            "CVE-2025-46821: `*` in a path is no pattern",
            .nobody,
            "/public/*",
            .forwarded("GET /public/* HTTP/1.1")
        ),
        row("CVE-2026-73553, CVE-2026-73511: path parameters", .ada, "/admin;x=1", .refused(400)),
        row("CVE-2026-50559, CVE-2026-74909: encoded ones", .ada, "/admin%3Bx=1", .refused(400)),
        row("CVE-2026-73552: bytes that are no UTF-8", .ada, "/admin%ff", .refused(400)),
        row("CVE-2026-73547: no path at all", .ada, "", .refused(400)),
        row("CVE-2026-33494: up and down again", .ada, "/public/x/../../admin/../admin", page),
        row("GHSA-3q34-rx83-r6mq: an encoded letter", .ada, "/%61dmin", page),
        row(
            "GO-2026-5108: an encoded slash in lower case",
            .ada,
            "/public/..%2fadmin",
            .refused(400)
        ),
        row("CVE-2026-40912, CVE-2025-47952: encoded dots", .ada, "/public/%2e%2E/admin", page),
        row("CVE-2026-27587: hexadecimal in either case", .ada, "/adm%69%6E", page),
        row("CVE-2026-27587: the other case", .ada, "/adm%69%6e", page),
        row("CVE-2021-32637: a malformed target", .ada, "/admin%zz", .refused(400)),
        row(
            "CVE-2026-2880, CVE-2026-6321: dots of all kinds",
            .ada,
            "/./public/.././admin/.",
            folder
        ),
        row("CVE-2026-41248: a trailing dot segment", .ada, "/admin/x/..", folder),
        AdvisoryRow(
            "CVE-2023-33189: absolute form against Host",
            .ada,
            "GET http://app.example/public/x HTTP/1.1\r\nHost: other.example\r\n\r\n",
            .refused(400)
        ),
        host("CVE-2021-39155, GHSA-72h4-mxfc-jx37: Host in capitals", "APP.Example", .ada, page),
        host("CVE-2026-27588: Host with a dot and a port", "app.example.:443", .ada, page),
        host("CVE-2026-57209: a Host with a user", "app.example@evil.example", .ada, .refused(400)),
        host("CVE-2024-21631: a port beyond 16 bits", "app.example:65616", .ada, .refused(400)),
        host("CVE-2026-57209: a host nobody knows", "evil.example", .ada, .refused(421)),
        AdvisoryRow(
            "CVE-2020-14359: a method in lower case is still judged",
            .ada,
            "get /admin",
            fields: [],
            .redirected(to: "/mfa")
        ),
        AdvisoryRow(
            "CVE-2020-14359: a method nobody listed reads nothing",
            .nobody,
            "get /public/x",
            fields: [],
            .refused(401)
        ),
    ]

    private static func row(
        _ name: String,
        _ caller: Caller,
        _ target: String,
        _ outcome: Outcome
    ) -> AdvisoryRow {
        AdvisoryRow(name, caller, "GET \(target)", fields: [], outcome)
    }

    private static func host(
        _ name: String,
        _ host: String,
        _ caller: Caller,
        _ outcome: Outcome
    ) -> AdvisoryRow {
        let text = "GET /admin HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
        return AdvisoryRow(name, caller, text, outcome)
    }
}
