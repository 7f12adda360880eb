internal import NIOCore
internal import NIOSSL

/// Why the files of a TLS context cannot be used.
enum TLSProblem: Error, Equatable {
    case unreadable(path: String)
    case noCertificate(path: String)
    case badKey(path: String)
    /// Each file is sound, and the key is not the certificate's.
    case mismatch(certificate: String, key: String)
}

extension TLSProblem {
    /// Whether a file is not there, and may still come.
    var isOfAbsence: Bool {
        switch self {
        case .unreadable: true
        case .noCertificate, .badKey, .mismatch: false
        }
    }
}

extension TLSProblem: CustomStringConvertible {
    var description: String {
        switch self {
        case .unreadable(let path): "cannot read `\(path)`"
        case .noCertificate(let path): "`\(path)` holds no PEM certificate"
        case .badKey(let path): "`\(path)` holds no PEM private key without a passphrase"
        case .mismatch(let certificate, let key):
            "the key in `\(key)` is not the one of the certificate in `\(certificate)`"
        }
    }
}

/// Reads the files that TLS contexts are made of.
struct TLSFiles {
    /// The bytes of a file.
    let contents: (String) throws -> [UInt8]

    func certificates(_ path: String) throws(TLSProblem) -> [NIOSSLCertificate] {
        let bytes = try self.bytes(path)
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty
        else { throw .noCertificate(path: path) }
        return certificates
    }

    func key(_ path: String) throws(TLSProblem) -> NIOSSLPrivateKey {
        let bytes = try self.bytes(path)
        // Nobody is there to be asked for a passphrase.
        guard
            let key = try? NIOSSLPrivateKey(
                bytes: bytes,
                format: .pem,
                passphraseCallback: { $0("".utf8) }
            )
        else { throw .badKey(path: path) }
        return key
    }

    private func bytes(_ path: String) throws(TLSProblem) -> [UInt8] {
        do {
            return try self.contents(path)
        } catch {
            throw .unreadable(path: path)
        }
    }
}

extension TLSFiles {
    /// The files of this machine.
    static var process: TLSFiles {
        TLSFiles(contents: ConfigurationSurroundings.process.contents)
    }

    /// The context that clients are met with.
    func context(of tls: ListenerTLS, http2: Bool) throws(TLSProblem) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try self.certificates(tls.certificate).map { .certificate($0) },
            privateKey: .privateKey(try self.key(tls.key))
        )
        configuration.minimumTLSVersion =
            switch tls.minimumVersion {
            case .tls12: .tlsv12
            case .tls13: .tlsv13
            }
        configuration.applicationProtocols = http2 ? ["h2", "http/1.1"] : ["http/1.1"]
        if let path = tls.clientCA {
            configuration.trustRoots = .certificates(try self.certificates(path))
            configuration.certificateVerification =
                switch tls.clientCertificate {
                case .required: .noHostnameVerification
                case .optional: .optionalVerification
                }
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .mismatch(certificate: tls.certificate, key: tls.key)
        }
    }

    /// The context that servers of the application are met with.
    func context(of tls: UpstreamTLS, http2: Bool) throws(TLSProblem) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = http2 ? ["h2"] : ["http/1.1"]
        if let path = tls.authorities {
            configuration.trustRoots = .certificates(try self.certificates(path))
        }
        if let certificate = tls.certificate, let key = tls.key {
            configuration.certificateChain = try self.certificates(certificate).map {
                .certificate($0)
            }
            configuration.privateKey = .privateKey(try self.key(key))
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .mismatch(certificate: tls.certificate ?? "", key: tls.key ?? "")
        }
    }
}
