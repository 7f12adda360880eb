import Foundation

/// A certificate authority of a test's own, and what it signed, as PEM files.
struct TestAuthority {
    let folder: TemporaryFolder
    let certificate: String
    private let key: String

    /// A certificate that was signed, and its key.
    struct Identity {
        let certificate: String
        let key: String
    }

    static func create(name: String = "authority") async throws -> TestAuthority {
        let folder = try TemporaryFolder()
        let authority = TestAuthority(
            folder: folder,
            certificate: folder.file("ca.pem"),
            key: folder.file("ca.key")
        )
        try await Self.openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
            "-days", "2", "-subj", "/CN=\(name)", "-keyout", authority.key, "-out",
            authority.certificate,
        ])
        return authority
    }

    /// Signs a certificate for a host, or for a client of that name.
    ///
    /// - `address`: whether it is this machine's address as well.
    func issue(_ name: String, address: Bool = true) async throws -> Identity {
        let stem = "\(name)-\(UUID().uuidString.prefix(8))"
        let identity = Identity(
            certificate: self.folder.file("\(stem).pem"),
            key: self.folder.file("\(stem).key")
        )
        let request = self.folder.file("\(stem).csr")
        let names = try self.folder.write(
            "subjectAltName=DNS:\(name)\(address ? ",IP:127.0.0.1" : "")\n",
            to: "\(stem).ext"
        )
        try await Self.openssl([
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
            "-subj", "/CN=\(name)", "-keyout", identity.key, "-out", request,
        ])
        try await Self.openssl([
            "x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key,
            "-CAcreateserial", "-days", "2", "-extfile", names, "-out", identity.certificate,
        ])
        return identity
    }

    private static func openssl(_ arguments: [String]) async throws {
        let result = try await ChildProcess.run("/usr/bin/openssl", arguments)
        guard result.status == 0 else { throw NeverHappened(description: result.errors) }
    }
}
