internal import ArgumentParser
internal import Glibc
internal import PolicyDSL
internal import PolicyLanguageServer

/// `gatekeeper lsp`: policies in an editor.
struct LanguageServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lsp",
        abstract: "Speaks the Language Server Protocol on standard input and output.",
        discussion: """
            Editors start this; see docs/editors.md. Nothing is written but answers to the editor.
            """
    )

    @Flag(help: "Accepted for editors that insist on naming the transport; it is the only one.")
    var stdio = false

    func run() throws {
        var server = LanguageServer(
            Surroundings(policies: Self.policies, now: { .thisSecond })
        )
        var isSettled = true
        while server.exitStatus == nil {
            guard try Self.hasInput(waiting: isSettled ? nil : Self.pause) else {
                try Console.write(server.settle())
                isSettled = true
                continue
            }
            let bytes = try Self.read()
            if bytes.isEmpty { server.disconnect() }
            try Console.write(server.receive(bytes))
            isSettled = false
        }
        if server.exitStatus != 0 { throw ExitStatus.failed.exit }
    }

    /// So long nobody types, and what is there is looked at.
    private static let pause: Int32 = 100

    /// Whether input comes before `milliseconds` have passed; nil waits for it.
    private static func hasInput(waiting milliseconds: Int32?) throws(CommandFailure) -> Bool {
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        while true {
            let count = unsafe poll(&input, 1, milliseconds ?? -1)
            if count >= 0 { return count > 0 }
            guard errno == EINTR else { throw Self.failure }
        }
    }

    private static func read() throws(CommandFailure) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count)
            }
            if count >= 0 { return Array(chunk[..<count]) }
            guard errno == EINTR else { throw Self.failure }
        }
    }

    private static var failure: CommandFailure {
        CommandFailure("cannot read: \(unsafe String(cString: strerror(errno)))")
    }

    /// The policies of a folder; a file that cannot be read is as good as none.
    @Sendable private static func policies(of folder: String) -> [(path: String, bytes: [UInt8])] {
        let names = InputFile.folder(folder) ?? []
        return names.filter { $0.hasSuffix(".policy") }.compactMap { name in
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            return (try? InputFile.read(path)).map { (path, $0) }
        }
    }
}
