import Foundation
import Testing

@testable import Gatekeeper

/// What README and `docs/` show is what the product does.
@Suite(.timeLimit(.minutes(1))) struct DocumentationTests {
    static let providerPages =
        (try? FileManager.default.contentsOfDirectory(atPath: Project.file("docs/providers")))?
        .filter { $0.hasSuffix(".md") }.sorted().map { "docs/providers/\($0)" } ?? []

    static let pages =
        [
            "README.md", "docs/answers.md", "docs/configuration.md", "docs/deployment.md",
            "docs/directory.md", "docs/editors.md", "docs/exports.md", "docs/mfa-pages.md",
            "docs/operations.md", "docs/performance.md",
            "docs/policy-guide.md", "docs/policy-tools.md", "docs/security.md",
            "docs/testing.md", "docs/tokens.md",
        ].filter { FileManager.default.fileExists(atPath: Project.file($0)) } + Self.providerPages

    static let configurations = pages.flatMap { FencedBlock.all(in: $0, marked: "yaml config") }
    static let policies = pages.flatMap { FencedBlock.all(in: $0, marked: "policy") }

    @Test("every policy that is shown can be read", arguments: policies)
    func policy(_ block: FencedBlock) async throws {
        let folder = try TemporaryFolder()
        let isWhole = block.text.hasPrefix("gatekeeper 1")
        let text = isWhole ? block.text : "gatekeeper 1\nadmit users\n" + block.text
        try folder.write(text, to: "set.policy")
        let result = try await ChildProcess.run(
            "gatekeeper",
            ["test", "set.policy"],
            in: folder.path
        )
        #expect(result.status == 0, "\(block): \(result.errors)")
    }

    @Test("every configuration that is shown passes `config check`", arguments: configurations)
    func configuration(_ block: FencedBlock) async throws {
        let folder = try TemporaryFolder()
        let policy = try Self.firstPolicy()
        // Absolute paths are other machines'; here they are the folder's.
        let text = block.text.replacing("/etc/gatekeeper/policies", with: "first.policy")
        try folder.write(policy, to: "first.policy")
        try folder.copy(Project.file("policies"), to: "policies")
        try folder.write(text, to: "gatekeeper.yaml")
        let result = try await ChildProcess.run(
            "gatekeeper",
            ["config", "check"],
            in: folder.path,
            environment: Self.secrets
        )
        #expect(result.status == 0, "\(block): \(result.errors)")
    }

    private static let secrets = [
        "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_x", "SUPABASE_SECRET_KEY": "sb_secret_x",
        "SUPABASE_JWT_SECRET": "0123456789abcdef0123456789abcdef",
        "CLERK_SECRET_KEY": "sk_live_x", "DIRECTORY_KEY": "key",
        "DATABASE_PASSWORD": "secret", "USERS_API_KEY": "key",
    ]

    @Test("there is a page for every provider and every preset, and the overview leads to it")
    func providers() throws {
        let overview = try Project.text(of: "docs/providers/README.md")
        let names =
            IssuerConfiguration.ProviderName.allCases.map(\.rawValue)
            + OIDCPreset.allCases.map(\.rawValue)
        for name in names {
            #expect(overview.contains("[\(name)](\(name).md)"), "\(name)")
            let page = try Project.text(of: "docs/providers/\(name).md")
            for heading in ["## 1. ", "## 2. ", "## What tokens mean", "## When it does not work"] {
                #expect(page.contains("\n\(heading)"), "\(name): \(heading)")
            }
            let file = "docs/providers/\(name).md"
            #expect(!FencedBlock.all(in: file, marked: "yaml config").isEmpty, "\(name)")
        }
        #expect(Self.providerPages.count == names.count + 1)
    }

    @Test("the README's first check prints exactly what it shows")
    func firstCheck() async throws {
        let folder = try TemporaryFolder()
        try folder.write(try Self.firstPolicy(), to: "first.policy")
        try folder.write(try Self.block("json claims"), to: "ada.json")
        try folder.write(try Self.block("json user"), to: "ada.user.json")
        let words = try Self.block("sh check").split { $0 == " " || $0 == "\n" }
        let command = words.map(String.init).joined(separator: " ")
        let result = try await ChildProcess.run(
            "/bin/bash",
            ["-c", command],
            in: folder.path,
            environment: ["PATH": "\(Project.products):/usr/bin:/bin"]
        )
        #expect(result.output == (try Self.block("text check")))
        #expect(result.status == 2)
        #expect(result.errors == "")
    }

    @Test("every page that is linked to is there", arguments: pages)
    func links(page: String) throws {
        let folder = URL(filePath: Project.file(page)).deletingLastPathComponent()
        for match in try Project.text(of: page).matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/) {
            let file = folder.appending(path: String(match.output.1))
            #expect(FileManager.default.fileExists(atPath: file.path), "\(match.output.0)")
        }
    }

    @Test("the map of the code names every folder of the sources")
    func map() throws {
        let text = try Project.text(of: "README.md")
        let folders = try FileManager.default.contentsOfDirectory(atPath: Project.file("Sources"))
        for folder in folders where !folder.hasPrefix(".") {
            #expect(
                text.contains("`Sources/\(folder)`") || text.contains("`\(folder)`"),
                "\(folder)"
            )
        }
    }

    private static func firstPolicy() throws -> String {
        try Self.block("policy")
    }

    private static func block(_ mark: String) throws -> String {
        try #require(FencedBlock.all(in: "README.md", marked: mark).first).text
    }
}
