internal import NIOSSL

/// The TLS contexts of both sides, and their renewal when a file of theirs changes.
final class Certificates: Sendable {
    /// Absent where clients connect without TLS.
    let listener: TLSContextSource?
    /// Absent where no server is an `https` one.
    let upstream: TLSContextSource?

    /// Reads every file that the configuration names.
    init(_ configuration: Configuration, files: TLSFiles) throws(TLSProblem) {
        let contexts = try Contexts(configuration, files: files)
        self.listener = contexts.listener.map(TLSContextSource.init)
        self.upstream = contexts.upstream.map(TLSContextSource.init)
    }

    /// Puts newly read contexts in force.
    func replace(with contexts: Contexts) {
        if let context = contexts.listener { self.listener?.replace(with: context) }
        if let context = contexts.upstream { self.upstream?.replace(with: context) }
    }

    /// The contexts of both sides, read together.
    struct Contexts {
        private(set) var listener: NIOSSLContext?
        private(set) var upstream: NIOSSLContext?

        init(_ configuration: Configuration, files: TLSFiles) throws(TLSProblem) {
            if let tls = configuration.tls {
                let isHTTP2 = configuration.http2.isEnabled
                self.listener = try files.context(of: tls, http2: isHTTP2)
            }
            guard configuration.upstream.servers.contains(where: \.usesTLS) else { return }
            self.upstream = try files.context(
                of: configuration.upstream.tls,
                http2: configuration.upstream.applicationProtocol == .http2
            )
        }
    }
}

extension Configuration {
    /// The files that TLS contexts are made of.
    var certificatePaths: [String] {
        let upstream = self.upstream.tls
        let paths = [
            self.tls?.certificate, self.tls?.key, self.tls?.clientCA, upstream.certificate,
            upstream.key, upstream.authorities,
        ]
        return paths.compactMap(\.self)
    }
}
