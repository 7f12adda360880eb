/// Header fields: what says who somebody is, where a request came from or how long it is.
extension AdvisoryRow {
    private static let served = "GET /public/x HTTP/1.1"

    static let fields: [AdvisoryRow] = [
        spoofed(
            "CVE-2025-64484, CVE-2026-54763, GHSA-x677: underscores",
            "X_Gatekeeper_Subject: evil"
        ),
        spoofed("CVE-2026-88011: dots", "X.Gatekeeper.Subject: evil"),
        spoofed("CVE-2026-33433, CVE-2026-44087: another case", "x-GATEKEEPER-subject: evil"),
        spoofed("CVE-2026-30851: a name that has no value of ours", "X-Gatekeeper-Subject: evil"),
        spoofed("GHSA-2v25-cjjq-5f4w: twice", "X-Gatekeeper-AAL: evil\r\nX-Gatekeeper-AAL: evil"),
        spoofed("CVE-2026-39858, CVE-2026-48020: a forwarded alias", "X_Forwarded_For: evil"),
        spoofed("CVE-2026-35051: X-Forwarded-Prefix", "X-Forwarded-Prefix: /evil"),
        spoofed("CVE-2024-45806: X-Forwarded-Host", "X-Forwarded-Host: evil"),
        spoofed("CVE-2024-47070: X-Forwarded-For", "X-Forwarded-For: 127.0.0.1, evil"),
        spoofed("CVE-2026-57210: Forwarded", "Forwarded: for=127.0.0.1;host=evil"),
        spoofed("CVE-2023-36456: X-Real-IP", "X-Real-IP: evil"),
        spoofed("CVE-2025-29927: X-Middleware-Subrequest", "x-middleware-subrequest: evil"),
        spoofed("CVE-2023-27487: X-Original-URL", "X-Original-URL: /evil\r\nX-Rewrite-URL: /evil"),
        spoofed(
            "CVE-2021-32813, CVE-2024-45410, CVE-2026-29054: Connection names a field of ours",
            "Connection: X-Gatekeeper-Class, X-Forwarded-For\r\nX-Gatekeeper-Class: evil"
        ),
        spoofed(
            "GHSA-w9mr-28mw-j8hg, CVE-2026-105299: and one of the client's",
            "Connection: X-Evil\r\nX-Evil: evil"
        ),
        asked("CVE-2026-40575, CVE-2026-76835: X-Forwarded-Uri", "X-Forwarded-Uri: /public/x"),
        asked("CVE-2023-27487: X-Envoy-Original-Path", "X-Envoy-Original-Path: /public/x"),
        asked("CVE-2026-34457: a health check's User-Agent", "User-Agent: GoogleHC/1.0"),
        asked("GHSA-vj36-3ccr-6563: an address of our own", "X-Forwarded-For: 127.0.0.1"),
        asked("CVE-2025-29927: a subrequest", "x-middleware-subrequest: middleware"),
        AdvisoryRow(
            "GHSA-2v25-cjjq-5f4w: two credentials",
            .ada,
            "GET /public/x",
            fields: ["Authorization: Bearer x"],
            .refused(400)
        ),
        AdvisoryRow(
            "GHSA-rj37-6j9x-74q6, CVE-2026-28980: a header block without end",
            .nobody,
            "GET /public/x",
            fields: (0..<3_000).map { "X-\($0): \(String(repeating: "x", count: 30))" },
            .refused(431)
        ),
        AdvisoryRow(
            "GHSA-mgc4-wqv7-4pxm: Transfer-Encoding of two kinds",
            .ada,
            "POST /x",
            fields: ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
            .refused(400)
        ),
        AdvisoryRow(
            "CVE-2026-23886: a malformed traceparent",
            .nobody,
            "GET /public/x",
            fields: ["traceparent: 00-\u{FFFD}zz-1", "tracestate: ,,=,=;"],
            .forwarded(served)
        ),
        AdvisoryRow(
            "CVE-2026-2833: bytes behind an upgrade that is not granted",
            .nobody,
            "GET /public/x HTTP/1.1\r\nHost: app.example\r\nConnection: Upgrade, close\r\n"
                + "Upgrade: websocket\r\n\r\nGET /admin HTTP/1.1\r\nHost: app.example\r\n\r\n",
            .forwarded(served, without: ["/admin"])
        ),
    ]

    private static func spoofed(_ name: String, _ line: String) -> AdvisoryRow {
        AdvisoryRow(
            name,
            .nobody,
            "GET /public/x",
            fields: [line],
            .forwarded(served, without: ["evil"])
        )
    }

    private static func asked(_ name: String, _ line: String) -> AdvisoryRow {
        AdvisoryRow(
            name,
            .ada,
            "GET /admin",
            fields: [line],
            .redirected(to: "/mfa?return_to=%2Fadmin")
        )
    }
}
