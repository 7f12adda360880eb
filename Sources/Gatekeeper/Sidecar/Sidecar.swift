internal import AsyncHTTPClient
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import PolicyDSL
internal import Synchronization

/// The running sidecar: everything that `serve` starts, reloads and stops.
final class Sidecar: Sendable {
    private let configurationPath: String
    private let resources: KeyStore.Resources
    private let rules: RulesSource
    private let proxy: ProxyServer
    private let admin: AdminServer
    private let log: DecisionLog
    private let metrics: Metrics
    private let logger: Logger
    private let readiness: Readiness
    /// What the sidecar was started with, and what is in force now.
    private let started: Configuration
    private let watched: Mutex<WatchedPaths>
    private let certificates: Certificates

    private init(
        configurationPath: String,
        configuration: Configuration,
        resources: KeyStore.Resources,
        rules: RulesSource,
        proxy: ProxyServer,
        admin: AdminServer,
        log: DecisionLog,
        metrics: Metrics,
        readiness: Readiness,
        certificates: Certificates
    ) {
        self.configurationPath = configurationPath
        self.started = configuration
        self.watched = Mutex(WatchedPaths(configuration))
        self.certificates = certificates
        self.resources = resources
        self.rules = rules
        self.proxy = proxy
        self.admin = admin
        self.log = log
        self.metrics = metrics
        self.readiness = readiness
        self.logger = resources.logger
    }

    /// Where the sidecar listens, ports filled in.
    var addresses: [SocketAddress] { self.proxy.addresses }

    var adminAddress: SocketAddress? { self.admin.address }
}

// Starting.
extension Sidecar {
    /// Starts everything that the configuration at `path` asks for.
    ///
    /// Issuers whose keys cannot be had do not keep it from starting: their tokens are answered
    /// 503, and `/readyz` says so.
    static func start(
        _ ruleset: Ruleset,
        from path: String,
        logger: Logger,
        group: MultiThreadedEventLoopGroup,
        loops: Int,
        descriptors: DescriptorBudget = DescriptorBudget(limit: .max)
    ) async throws -> Sidecar {
        let resources = KeyStore.Resources(
            client: HTTPClient(
                eventLoopGroupProvider: .shared(group),
                configuration: DocumentFetcher.clientConfiguration
            ),
            group: group,
            pool: .singleton,
            logger: logger
        )
        do {
            return try await Self.start(
                ruleset,
                from: path,
                resources: resources,
                group: group,
                loops: loops,
                descriptors: descriptors
            )
        } catch {
            // The client insists on being shut down before it goes.
            try await resources.client.shutdown()
            throw error
        }
    }

    private static func start(
        _ ruleset: Ruleset,
        from path: String,
        resources: KeyStore.Resources,
        group: MultiThreadedEventLoopGroup,
        loops: Int,
        descriptors: DescriptorBudget
    ) async throws -> Sidecar {
        let configuration = ruleset.configuration
        let logger = resources.logger
        let metrics = Metrics()
        let certificates = try Certificates(configuration, files: .process)
        let rules = RulesSource(
            try await Self.rules(of: ruleset, resources: resources, replacing: nil)
        )
        let log = try DecisionLog(path: configuration.log.file, logger: logger)
        var settings = ProxySettings(configuration, certificates: certificates, loops: loops)
        settings.descriptors = descriptors
        let proxy = try await ProxyServer.start(
            on: group,
            settings: settings
        ) { eventLoop in
            let records = ExchangeRecords(
                log: DecisionLogBuffer(log, rules: configuration.log, eventLoop: eventLoop),
                metrics: metrics.loopMetrics(on: eventLoop)
            )
            return Enforcer(rules, records: records, eventLoop: eventLoop)
        }
        metrics.collect {
            let current = rules.current.rules
            return current.keys.families(at: .now()) + current.directory.families + log.families
                + proxy.families
        }
        let readiness = Readiness(rules: rules)
        let admin = try await AdminServer.start(
            at: configuration.admin,
            responder: AdminResponder(readiness: { readiness.state }, metrics: metrics),
            group: group
        )
        return Sidecar(
            configurationPath: path,
            configuration: configuration,
            resources: resources,
            rules: rules,
            proxy: proxy,
            admin: admin,
            log: log,
            metrics: metrics,
            readiness: readiness,
            certificates: certificates
        )
    }

    private static func rules(
        of ruleset: Ruleset,
        resources: KeyStore.Resources,
        replacing old: EnforcementRules?
    ) async throws -> EnforcementRules {
        let keys = try KeyStore(
            issuers: ruleset.configuration.issuers,
            resources: resources,
            replacing: old?.keys
        )
        let directory = UserDirectory.of(
            ruleset.configuration,
            resources: resources,
            replacing: old?.directory
        )
        let eventLoop = resources.group.next()
        try await keys.start(on: eventLoop).get()
        try await directory.start(on: eventLoop).get()
        return EnforcementRules(
            ruleset.configuration,
            policies: ruleset.policies,
            keys: keys,
            directory: directory,
            exchange: ruleset.configuration.issuers.lazy.compactMap { issuer in
                HandshakeExchange(issuer.provider, client: resources.client)
            }.first,
            pages: BuiltinPages(
                ruleset.configuration,
                policies: ruleset.policies,
                client: resources.client,
                replacing: old?.pages
            )
        )
    }
}

// Reloading.
extension Sidecar {
    /// Reads configuration and policies again and puts them in force together; anything wrong
    /// with them leaves everything as it is.
    func reload() async {
        var report = DiagnosticReport()
        do {
            let ruleset = try Ruleset.read(self.configurationPath, report: &report)
            let contexts = try Certificates.Contexts(ruleset.configuration, files: .process)
            let old = self.rules.current.rules
            let new = try await Self.rules(of: ruleset, resources: self.resources, replacing: old)
            self.certificates.replace(with: contexts)
            self.rules.replace(with: new)
            old.keys.stop(succeededBy: new.keys)
            old.directory.stop(succeededBy: new.directory)
            self.watched.withLock { $0 = WatchedPaths(ruleset.configuration) }
            self.warnOfRestart(ruleset.configuration)
            self.metrics.countReload(succeeded: true)
            self.logger.notice("reloaded", metadata: ["revision": "\(new.policies.revision)"])
        } catch {
            self.metrics.countReload(succeeded: false)
            self.logger.error("reload refused, everything stays as it was: \(error)")
        }
    }

    /// Opens the log's file again, for whoever rotates it.
    func reopenLog() {
        self.log.reopen()
    }

    private func warnOfRestart(_ configuration: Configuration) {
        let started = self.started
        var names: [String] = []
        if configuration.listen != started.listen { names.append("listen") }
        if configuration.admin != started.admin { names.append("admin") }
        if configuration.upstream != started.upstream { names.append("upstream") }
        if (configuration.tls == nil) != (started.tls == nil) { names.append("tls") }
        if configuration.http2 != started.http2 { names.append("http2") }
        if configuration.takesProxyProtocol != started.takesProxyProtocol {
            names.append("proxy_protocol")
        }
        if configuration.trustedProxies != started.trustedProxies {
            names.append("trusted_proxies")
        }
        if configuration.limits != started.limits { names.append("limits") }
        if configuration.log != started.log { names.append("log") }
        guard !names.isEmpty else { return }
        self.logger.warning(
            "changed, but in force only after a restart",
            metadata: ["keys": "\(names.joined(separator: ", "))"]
        )
    }
}

// Stopping.
extension Sidecar {
    /// Takes no more requests, finishes those that run, and ends; at the latest when the drain
    /// time is over.
    func stop() async throws {
        self.readiness.stop()
        let deadline = NIODeadline.now() + TimeAmount(self.started.limits.drainTimeout)
        await self.proxy.drain()
        let rules = self.rules.current.rules
        rules.keys.stop()
        rules.directory.stop()
        try await self.admin.stop()
        try await self.log.close(
            on: self.resources.group.next(),
            within: max(deadline - .now(), .seconds(1))
        )
        try await self.resources.client.shutdown()
    }
}

extension Sidecar {
    /// Calls `change` whenever a file of the configuration or the policies changes, until cancelled.
    func followFiles(_ change: () -> Void) async {
        var watch = FileWatch(
            configurationPath: self.configurationPath,
            paths: self.watched.withLock { $0 }
        )
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: WatchedFile.interval)
            } catch {
                return
            }
            if watch.hasChanged(self.watched.withLock { $0 }) { change() }
        }
    }
}
