import Foundation
import Glibc
import Synchronization

/// How a program of ours ended, and what it said.
struct ProgramResult {
    let status: Int32
    let output: String
    let errors: String
}

/// A program as a child process, its output in files.
///
/// Whoever starts one that does not end by itself has to stop it.
final class ChildProcess: Sendable {
    private let process: Process
    private let folder: TemporaryFolder
    private let ended = Mutex<Int32?>(nil)

    private init(_ process: Process, folder: TemporaryFolder) {
        self.process = process
        self.folder = folder
    }

    /// Starts a program of the build folder, or one with an absolute path.
    static func start(
        _ program: String,
        _ arguments: [String],
        in directory: String? = nil,
        input: String? = nil,
        inputFrom source: FileHandle? = nil,
        environment: [String: String] = [:]
    ) throws -> ChildProcess {
        let process = Process()
        let child = ChildProcess(process, folder: try TemporaryFolder())
        let path = program.hasPrefix("/") ? program : "\(Project.products)/\(program)"
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let directory { process.currentDirectoryURL = URL(filePath: directory) }
        let files = try ["input", "output", "errors"].map { name in
            let file = try child.folder.write(name == "input" ? input ?? "" : "", to: name)
            return try FileHandle(forUpdating: URL(filePath: file))
        }
        process.standardInput = source ?? files[0]
        process.standardOutput = files[1]
        process.standardError = files[2]
        process.terminationHandler = { [weak child] process in
            child?.ended.withLock { $0 = process.terminationStatus }
        }
        _ = Self.mindsInterrupts
        try Self.withoutBlockedSignals { try process.run() }
        // The child has its own by now; a `Process` keeps ours for ever. Foundation reads beyond
        // its list of descriptors when there are more than 1,300 and another child is started.
        for file in files { try file.close() }
        return child
    }

    // A shell lets what it starts in the background ignore Ctrl-C, children inherit that, and a
    // shell among them could not even trap it.
    private static let mindsInterrupts: Void = {
        _ = Glibc.signal(SIGINT, SIG_DFL)
    }()

    // Children inherit the mask of the thread that starts them, and threads of pools block signals.
    private static func withoutBlockedSignals(_ body: () throws -> Void) throws {
        var none = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    /// Runs a program to its end.
    static func run(
        _ program: String,
        _ arguments: [String],
        in directory: String? = nil,
        input: String? = nil,
        environment: [String: String] = [:]
    ) async throws -> ProgramResult {
        let child = try Self.start(
            program,
            arguments,
            in: directory,
            input: input,
            environment: environment
        )
        return try await child.result()
    }

    var output: String { (try? self.folder.read("output")) ?? "" }

    var errors: String { (try? self.folder.read("errors")) ?? "" }

    var isRunning: Bool { self.ended.withLock { $0 } == nil }

    func signal(_ number: Int32) {
        if self.isRunning { kill(self.process.processIdentifier, number) }
    }

    /// Bounds what the program may use of a resource; what it has already stays.
    ///
    /// - `resource`: as `prlimit` calls it.
    func allow(_ amount: Int, of resource: String) async throws {
        let result = try await Self.run(
            "/usr/bin/prlimit",
            ["--pid", "\(self.process.processIdentifier)", "--\(resource)=\(amount):"]
        )
        guard result.status == 0 else { throw NeverHappened(description: result.errors) }
    }

    /// Waits until the program has ended.
    func result() async throws -> ProgramResult {
        let status = try await value("the program ends; so far: \(self.errors)") {
            self.ended.withLock { $0 }
        }
        return ProgramResult(status: status, output: self.output, errors: self.errors)
    }

    /// Waits until the program has written `text` to one of its outputs.
    func says(_ text: String) async throws {
        try await eventually("the program says `\(text)`; so far: \(self.errors)") {
            self.output.contains(text) || self.errors.contains(text)
        }
    }
}
