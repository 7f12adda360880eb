import Foundation
import Testing

/// Published holes in the tokens, keys and claims of others, and why they are none of ours.
@Suite struct AdvisoryListTests {
    enum Answer {
        /// Refused by the rows of the attack tables whose names begin so.
        case refused([String])
        /// A matter of the sidecar around this library, proved by a test of its own.
        case sidecar(String, test: String)
        /// The mechanism does not exist here.
        case cannotOccur(String)
        /// The summary that we know names no mechanism, so that nothing can be shown.
        case unnamedMechanism
    }

    static let answers: [(advisory: String, answer: Answer)] = [
        ("CVE-2022-29226", .refused(["by another key of the same ID"])),
        ("CVE-2023-35941", .cannotOccur("we hand out no credentials of our own")),
        ("GHSA-fv82-r8qv-ch4v", .refused(["by another key of the same ID", "empty signature"])),
        ("GHSA-wcvh-g65p-v576", .refused(["aud missing", "iss missing"])),
        ("CVE-2026-50627", .refused(["aud missing", "iss missing"])),
        (
            "CVE-2022-21679",
            .sidecar(
                "upgrades are judged like any request",
                test:
                    "a WebSocket's cookie is held to the same rule, and is challenged, never redirected"
            )
        ),
        (
            "CVE-2026-33496",
            .sidecar(
                "the token cache belongs to one issuer and key generation",
                test: "two issuers never share a key, a token or a session"
            )
        ),
        (
            "CVE-2021-32701",
            .sidecar(
                "the token cache holds no decisions",
                test: "one connection serves many requests, each judged by itself"
            )
        ),
        (
            "CVE-2026-35039",
            .sidecar(
                "the whole token is the key of its cache entry",
                test: "keys are whole byte strings: prefixes and zero bytes make another key"
            )
        ),
        (
            "CVE-2026-42349",
            .sidecar(
                "a missing fact is Unknown, which never allows",
                test: "a source that fails in any way leaves the facts Unknown"
            )
        ),
        (
            "CVE-2024-22206",
            .sidecar(
                "one place decides, for every request",
                test: "no stream makes the upstream see a request nobody judged"
            )
        ),
        ("CVE-2026-39999", .unnamedMechanism),
        ("CVE-2026-0707", .refused(["with Bearer", "a space in segment"])),
        ("GHSA-88q6-jcjg-hvmw", .refused(["alg none"])),
        ("jwt-kit 5.8.0", .refused(["not JSON", "aud empty", "aud a number"])),
        ("CVE-2026-34950", .refused(["HS256 under"])),
        ("CVE-2023-48223", .refused(["HS256 under"])),
        ("CVE-2026-35042", .refused(["crit"])),
        ("CVE-2026-107720", .refused(["an empty secret"])),
        ("CVE-2026-44699", .refused(["HS256 under the RSA key's nothing"])),
        ("CVE-2022-23540", .refused(["alg none", "alg missing"])),
        ("CVE-2020-26160", .refused(["aud an empty array", "aud of others"])),
        ("CVE-2026-102946", .unnamedMechanism),
        (
            "CVE-2025-64527",
            .sidecar(
                "keys are fetched apart from requests",
                test: "requests with an unknown key share one fetch and go on with its answer"
            )
        ),
        ("GHSA-9g5w-hqr3-w2ph", .refused(["Latin-1", "overlong UTF-8"])),
        ("CVE-2026-40574", .cannotOccur("no rule looks inside an e-mail address")),
        ("GHSA-f24x-5g9q-753f", .cannotOccur("sessions are the provider's")),
        (
            "CVE-2023-28625",
            .sidecar(
                "cookie chunks are counted and bounded",
                test: "more chunks than allowed are never joined"
            )
        ),
        (
            "CVE-2024-24814",
            .sidecar(
                "cookie chunks are counted and bounded",
                test: "more chunks than allowed are never joined"
            )
        ),
        (
            "CVE-2017-6059",
            .sidecar(
                "pages escape what they show",
                test: "a link stands inside its attribute, whatever it holds"
            )
        ),
        (
            "GHSA-59jp-rwph-878r",
            .sidecar(
                "a refused request never reaches the upstream",
                test: "no stream makes the upstream see a request nobody judged"
            )
        ),
        (
            "GO-2024-2965",
            .sidecar(
                "no page and no log shows a token",
                test: "neither token nor query nor cookie is ever written"
            )
        ),
        (
            "CVE-2022-24797",
            .sidecar(
                "the admin port is another port",
                test: "there is nothing else"
            )
        ),
        ("GO-2024-3179", .unnamedMechanism),
        ("CVE-2025-49825", .unnamedMechanism),
    ]

    @Test("the rows that prove it exist")
    func rowsExist() {
        let tables = [
            HeaderAttackTests.refusals, ClaimsAttackTests.refusals, EncodingAttackTests.refusals,
            KeyAttackTests.refusals,
        ]
        let names = tables.joined().map { $0.name }
        for (advisory, answer) in Self.answers {
            guard case .refused(let rows) = answer else { continue }
            for row in rows {
                #expect(names.contains { $0.hasPrefix(row) }, "\(advisory): \(row)")
            }
        }
    }

    @Test("the tests of the sidecar that prove it exist")
    func testsExist() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent()
        let files = ["GatekeeperTests", "IntegrationTests"].flatMap { name in
            let path = folder.appending(path: name).path
            return (FileManager.default.subpaths(atPath: path) ?? []).map { "\(path)/\($0)" }
        }
        let texts = try files.filter { $0.hasSuffix("Tests.swift") }.map { path in
            try String(contentsOfFile: path, encoding: .utf8)
        }
        for (advisory, answer) in Self.answers {
            guard case .sidecar(_, let test) = answer else { continue }
            #expect(texts.contains { $0.contains("\"\(test)\"") }, "\(advisory): \(test)")
        }
    }

    @Test("no advisory is answered twice")
    func unique() {
        #expect(Set(Self.answers.map { $0.advisory }).count == Self.answers.count)
    }
}
