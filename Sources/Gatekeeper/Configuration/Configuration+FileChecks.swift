internal import PolicyDSL

extension LoadedConfiguration {
    /// What is wrong with the key files and the directory file that the configuration names.
    ///
    /// A file that is not there may still come; one that cannot be used is a mistake.
    func problemsOfFiles(_ surroundings: ConfigurationSurroundings) -> [ConfigurationProblem] {
        guard let configuration = self.configuration else { return [] }
        var problems: [ConfigurationProblem?] = []
        for (index, issuer) in configuration.issuers.enumerated() {
            guard case .file(let path) = issuer.keySources.keySet else { continue }
            let allowsEmpty = issuer.keySources.secret != nil
            problems.append(
                self.problem(of: path, at: "issuers[\(index)].jwks", surroundings) { text in
                    do throws(KeySetFailure) {
                        _ = try KeyDocument(reading: text, allowsEmpty: allowsEmpty)
                        return nil
                    } catch {
                        return "\(error)"
                    }
                }
            )
        }
        if case .file(let path) = configuration.directory?.source {
            problems.append(
                self.problem(of: path, at: "directory.path", surroundings) { text in
                    do throws(DirectoryFileProblem) {
                        _ = try DirectoryTable(reading: text)
                        return nil
                    } catch {
                        return "\(error)"
                    }
                }
            )
        }
        if let path = configuration.pages.logo {
            problems.append(
                self.problem(of: path, at: "pages.logo", surroundings) { bytes in
                    LogoFile(bytes) == nil
                        ? "a logo is a PNG, SVG, WebP or JPEG picture of at most 64 KiB" : nil
                }
            )
        }
        problems += self.problemsOfCertificates(configuration, surroundings)
        return problems.compactMap(\.self)
    }

    private func problemsOfCertificates(
        _ configuration: Configuration,
        _ surroundings: ConfigurationSurroundings
    ) -> [ConfigurationProblem?] {
        let files = TLSFiles(contents: surroundings.contents)
        var problems: [ConfigurationProblem?] = []
        if let tls = configuration.tls {
            problems.append(
                self.problem(at: "tls") { () throws(TLSProblem) in
                    _ = try files.context(of: tls, http2: false)
                }
            )
        }
        if configuration.upstream.servers.contains(where: \.usesTLS) {
            problems.append(
                self.problem(at: "upstream.tls") { () throws(TLSProblem) in
                    _ = try files.context(of: configuration.upstream.tls, http2: false)
                }
            )
        }
        return problems
    }

    private func problem(
        at section: String,
        reading: () throws(TLSProblem) -> Void
    ) -> ConfigurationProblem? {
        do throws(TLSProblem) {
            try reading()
            return nil
        } catch {
            let span = self.spans[section] ?? SourceSpan(start: 0, end: 0)
            return ConfigurationProblem(
                rule: error.isOfAbsence ? .missingFile : .brokenFile,
                span: span,
                message: "\(error)",
                help: nil
            )
        }
    }

    /// What `complaint` says about the file, as a problem of the value that names it.
    private func problem(
        of path: String,
        at key: String,
        _ surroundings: ConfigurationSurroundings,
        complaint: ([UInt8]) -> String?
    ) -> ConfigurationProblem? {
        let span = self.spans[key] ?? SourceSpan(start: 0, end: 0)
        guard let text = try? surroundings.contents(path) else {
            return ConfigurationProblem(
                rule: .missingFile,
                span: span,
                message: "cannot read `\(path)`",
                help: nil
            )
        }
        guard let complaint = complaint(text) else { return nil }
        return ConfigurationProblem(
            rule: .brokenFile,
            span: span,
            message: "`\(path)` cannot be used: \(complaint)",
            help: nil
        )
    }
}
