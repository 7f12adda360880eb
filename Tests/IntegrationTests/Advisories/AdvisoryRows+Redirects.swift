/// Open redirects: no word of the client's decides which site somebody is sent to.
extension AdvisoryRow {
    static let redirects: [AdvisoryRow] = [
        row("CVE-2020-4037: two slashes", "//evil.example", .refused(400)),
        row("CVE-2020-11053, CVE-2026-83589: a backslash", #"/\evil.example/admin"#, .refused(400)),
        row("CVE-2026-83589: a tab", "/%09/evil.example", .refused(400)),
        row("GHSA-qqxw-m5fj-f7gv: encoded whitespace", "/%0a/evil.example", .refused(400)),
        row("CVE-2019-20479: a backslash, encoded", "/%5cevil.example", .refused(400)),
        row(
            "CVE-2021-32786, CVE-2021-39191: our own parameter",
            "/admin?return_to=https://evil.example",
            page
        ),
        row(
            "CVE-2022-23527: our own parameter, encoded",
            "/admin?%72eturn_to=//evil.example&return%5Fto=//evil.example",
            page
        ),
        row(
            "CVE-2021-39206, GO-2022-0783: a token for the way",
            "/admin?access_token=evil&code=evil",
            page
        ),
        AdvisoryRow(
            "CVE-2024-21499: X-Forwarded-Proto",
            .ada,
            "GET /admin",
            fields: ["X-Forwarded-Proto: javascript", "X-Forwarded-Host: evil.example"],
            page
        ),
        referer("CVE-2021-21291: a name that ends as ours does", "https://evil-app.example/x"),
        referer("CVE-2021-21291: ours as the name of a user", "https://app.example@evil.example/x"),
        referer("CVE-2021-21291: ours as a subdomain", "https://app.example.evil.example/x"),
    ]

    private static let page = Outcome.redirected(to: "/mfa?return_to=%2Fadmin")

    private static func row(
        _ name: String,
        _ target: String,
        _ outcome: Outcome
    ) -> AdvisoryRow {
        AdvisoryRow(name, .ada, "GET \(target)", fields: [], outcome)
    }

    private static func referer(_ name: String, _ referer: String) -> AdvisoryRow {
        AdvisoryRow(
            name,
            .ada,
            "POST /admin",
            fields: ["Referer: \(referer)", "Content-Length: 0"],
            .redirected(to: "/mfa")
        )
    }
}
