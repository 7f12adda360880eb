import Foundation
import Testing

@testable import PolicyDSL

/// What editors are given: a language server that real clients understand, and colours.
@Suite(.timeLimit(.minutes(2))) struct EditorTests {
    private static let python = Project.file(".build-python/bin/python")

    @Test("a language client that is not ours finds its way")
    func client() async throws {
        let folder = try TemporaryFolder()
        let result = try await ChildProcess.run(
            Self.python,
            [
                Project.file("Tests/Editors/language_client.py"), "\(Project.products)/gatekeeper",
                folder.path,
            ]
        )
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test("the grammar colours every token of the policies, and every word of the language")
    func grammar() async throws {
        let folder = try TemporaryFolder()
        let words = Vocabulary.reserved.sorted().joined(separator: "\n")
        let policies = try ["policies", "policies/worked"].flatMap { path in
            try FileManager.default.contentsOfDirectory(atPath: Project.file(path))
                .filter { $0.hasSuffix(".policy") }.map { Project.file("\(path)/\($0)") }
        }
        let result = try await ChildProcess.run(
            Self.python,
            [
                Project.file("Tests/Editors/grammar.py"),
                Project.file("editors/vscode/syntaxes/gatekeeper-policy.tmLanguage.json"),
                try folder.write(words, to: "words"),
            ] + policies
        )
        #expect(result.status == 0, "\(result.errors)")
    }
}
