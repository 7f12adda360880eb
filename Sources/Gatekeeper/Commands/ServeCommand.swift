internal import ArgumentParser
internal import Glibc
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import UnixSignals

/// `gatekeeper serve`: the sidecar.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the sidecar.",
        discussion: """
            SIGHUP reads configuration and policies again and reopens the log; a changed file does
            so too. SIGTERM and SIGINT finish the requests that run and end with status 0.
            """
    )

    @Option(help: "The configuration file.")
    var config = "gatekeeper.yaml"

    func run() async throws {
        let logger = Logger(label: "gatekeeper") { StreamLogHandler.standardError(label: $0) }
        let ruleset = try self.ruleset()
        // A reader of the log that goes away must not end the sidecar.
        _ = Glibc.signal(SIGPIPE, SIG_IGN)
        // Nor must a log that may not grow any more.
        _ = Glibc.signal(SIGXFSZ, SIG_IGN)
        let descriptors = DescriptorBudget(limit: Self.raiseDescriptorLimit())
        let loops = Processors.count
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        let signals = await UnixSignalsSequence(trapping: .sighup, .sigterm, .sigint)
        let sidecar: Sidecar
        do {
            sidecar = try await Sidecar.start(
                ruleset,
                from: self.config,
                logger: logger,
                group: group,
                loops: loops,
                descriptors: descriptors
            )
        } catch {
            throw CommandFailure("cannot start: \(error)")
        }
        for address in sidecar.addresses {
            logger.notice("listening", metadata: ["address": "\(address)"])
        }
        if let address = sidecar.adminAddress {
            logger.notice("admin port", metadata: ["address": "\(address)"])
        }
        await Self.run(sidecar, until: signals)
        logger.notice("stopping")
        try await sidecar.stop()
        try await group.shutdownGracefully()
    }

    /// Takes as many file descriptors as the system lets us have, and answers how many those are.
    private static func raiseDescriptorLimit() -> Int {
        let most = rlim_t(1 << 20)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        unsafe getrlimit(resource, &limit)
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, most))
        unsafe setrlimit(resource, &limit)
        unsafe getrlimit(resource, &limit)
        return Int(min(limit.rlim_cur, most))
    }

    private func ruleset() throws -> Ruleset {
        var report = DiagnosticReport()
        do throws(Ruleset.Problem) {
            let ruleset = try Ruleset.read(self.config, report: &report)
            try? report.write(.text)
            return ruleset
        } catch {
            switch error {
            case .invalid(let report):
                try report.write(.text)
                throw ExitStatus.invalid.exit
            case .unreadable(let failure):
                throw failure
            }
        }
    }

    // Ends at the first signal to stop; a second one finds the default handler again.
    private static func run(_ sidecar: Sidecar, until signals: UnixSignalsSequence) async {
        // One reload at a time; what asks for one meanwhile gets one more, together.
        let (requests, reload) = AsyncStream.makeStream(
            of: Void.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in requests { await sidecar.reload() }
            }
            group.addTask {
                await sidecar.followFiles { reload.yield() }
            }
            for await signal in signals {
                guard signal == .sighup else { break }
                sidecar.reopenLog()
                reload.yield()
            }
            group.cancelAll()
        }
    }
}
