import Foundation
import Testing

/// Published holes in the paths, fields, redirects and transport of others, and why they are not ours.
///
/// Those in tokens and keys have a list of their own.
@Suite struct AdvisoryListTests {
    enum Answer {
        /// Shown by rows of this folder that name the advisory.
        case row
        /// Shown by the tests of a file that name the advisory.
        case test(String)
        /// The mechanism does not exist here.
        case cannotOccur(String)
        /// The summary that we know names no mechanism, so that nothing can be shown.
        case unnamedMechanism
    }

    static let answers: [(advisory: String, answer: Answer)] = [
        // Paths.
        ("CVE-2025-54576", .row), ("GHSA-pxq7-h93f-9jrg", .row), ("CVE-2021-31920", .row),
        ("CVE-2020-8595", .row), ("CVE-2021-39156", .row), ("CVE-2026-39350", .row),
        ("CVE-2019-9901", .row), ("CVE-2021-29492", .row), ("CVE-2025-46821", .row),
        ("CVE-2026-73553", .row), ("CVE-2026-73511", .row), ("CVE-2026-73552", .row),
        ("CVE-2026-73547", .row), ("CVE-2023-27487", .row), ("CVE-2026-33494", .row),
        ("GHSA-3q34-rx83-r6mq", .row), ("GO-2026-5108", .row), ("CVE-2026-40912", .row),
        ("GHSA-fvhj-4qfh-q2hm", .row), ("CVE-2025-47952", .row), ("CVE-2026-27587", .row),
        ("CVE-2021-32637", .row), ("CVE-2026-50559", .row), ("CVE-2026-74909", .row),
        ("CVE-2026-2880", .row), ("CVE-2026-6321", .row), ("CVE-2026-41248", .row),
        ("CVE-2023-33189", .row),
        // Hosts and methods.
        ("CVE-2021-39155", .row), ("GHSA-72h4-mxfc-jx37", .row), ("CVE-2026-27588", .row),
        ("CVE-2026-57209", .row), ("CVE-2024-21631", .row), ("CVE-2020-14359", .row),
        // Fields.
        ("CVE-2025-64484", .row), ("CVE-2026-88011", .row), ("CVE-2026-54763", .row),
        ("GHSA-x677", .row), ("CVE-2026-33433", .row), ("CVE-2026-39858", .row),
        ("CVE-2026-35051", .row), ("CVE-2026-48020", .row), ("CVE-2021-32813", .row),
        ("CVE-2024-45410", .row), ("CVE-2026-29054", .row), ("GHSA-w9mr-28mw-j8hg", .row),
        ("CVE-2026-105299", .row), ("CVE-2026-30851", .row), ("CVE-2026-44087", .row),
        ("CVE-2026-40575", .row), ("CVE-2026-76835", .row), ("CVE-2026-34457", .row),
        ("CVE-2025-29927", .row), ("CVE-2024-47070", .row), ("CVE-2023-36456", .row),
        ("CVE-2026-57210", .row), ("GHSA-vj36-3ccr-6563", .row), ("CVE-2024-45806", .row),
        ("GHSA-2v25-cjjq-5f4w", .row), ("GHSA-w5w5-487h-qv8q", .row),
        // Redirects.
        ("CVE-2020-4037", .row), ("CVE-2020-11053", .row), ("GHSA-qqxw-m5fj-f7gv", .row),
        ("CVE-2021-21291", .row), ("CVE-2026-83589", .row), ("CVE-2019-20479", .row),
        ("CVE-2021-32786", .row), ("CVE-2021-39191", .row), ("CVE-2022-23527", .row),
        ("CVE-2021-39206", .row), ("GO-2022-0783", .row), ("CVE-2024-21499", .row),
        // Transport.
        ("CVE-2026-28980", .row), ("GHSA-rj37-6j9x-74q6", .row),
        ("GHSA-7fj7-39wj-c64f", .test("Tests/HTTPMessageTests/AdvisoryTests.swift")),
        ("GHSA-mgc4-wqv7-4pxm", .row),
        ("GHSA-w3f6-pc54-gfw7", .test("Tests/IntegrationTests/Transport/HTTP2FrameTests.swift")),
        ("GHSA-ccw9-q5h2-8c2w", .test("Tests/IntegrationTests/Transport/HTTP2FrameTests.swift")),
        ("CVE-2022-0618", .test("Tests/IntegrationTests/Transport/HTTP2FrameTests.swift")),
        ("CVE-2026-28898", .test("Tests/IntegrationTests/Transport/HTTP2AdvisoryTests.swift")),
        ("CVE-2020-9840", .cannotOccur("bodies pass as they are; nothing is decompressed")),
        ("GHSA-qvxg-wjxc-r4gg", .cannotOccur("no form of a client's is decoded into a tree")),
        ("CVE-2026-23886", .row), ("CVE-2026-2833", .row),
        ("CVE-2026-2835", .test("Tests/IntegrationTests/Proxy/ProxyAdvisoryTests.swift")),
        ("CVE-2026-55458", .test("Tests/HTTPMessageTests/ResponseHeadTests.swift")),
    ]

    @Test("what is said to show it names the advisory")
    func shown() throws {
        let folder = "Tests/IntegrationTests/Advisories/"
        let rows =
            try ["AdvisoryTests", "AdvisoryRows+Targets", "AdvisoryRows+Fields"]
            .map { try Self.text(of: "\(folder)\($0).swift") }.joined()
            + Self.text(of: "\(folder)AdvisoryRows+Redirects.swift")
        for (advisory, answer) in Self.answers {
            switch answer {
            case .row: #expect(rows.contains(advisory), "\(advisory)")
            case .test(let file): #expect(try Self.text(of: file).contains(advisory), "\(advisory)")
            case .cannotOccur, .unnamedMechanism: break
            }
        }
    }

    @Test("no advisory is answered twice")
    func unique() {
        #expect(Set(Self.answers.map { $0.advisory }).count == Self.answers.count)
    }

    private static func text(of file: String) throws -> String {
        try String(contentsOfFile: Project.file(file), encoding: .utf8)
    }
}
