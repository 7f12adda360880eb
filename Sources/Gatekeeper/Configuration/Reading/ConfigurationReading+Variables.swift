internal import PolicyDSL

extension ConfigurationReading {
    /// `text` with every `${NAME}` replaced by the environment's value; `$${` stands for `${`.
    func expanded(_ text: Spanned<String>) -> String {
        var result = ""
        var rest = text.value[...]
        while let start = rest.firstRange(of: "${") {
            let before = rest[..<start.lowerBound]
            if before.hasSuffix("$") {
                result += before.dropLast() + "${"
                rest = rest[start.upperBound...]
                continue
            }
            result += before
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                self.report(.badValue, at: text.span, "`${` without its `}`")
                return result
            }
            result += self.variable(rest[start.upperBound..<end], at: text.span)
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private func variable(_ name: Substring, at span: SourceSpan) -> String {
        let isName = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
            default: false
            }
        }
        guard isName, !name.isEmpty, name.first?.isNumber == false else {
            self.report(.badValue, at: span, "`${\(name)}` does not name an environment variable")
            return ""
        }
        guard let value = self.surroundings.environment(String(name)), !value.isEmpty else {
            self.report(
                .missingVariable,
                at: span,
                "the environment variable `\(name)` is not set, or empty",
                help: "set it for this process, or use `file:/path`"
            )
            return ""
        }
        return value
    }

    /// A secret: `file:/path` is read, `${NAME}` replaced, anything else taken as it stands.
    func secret(_ text: Spanned<String>) -> Secret? {
        if text.value.hasPrefix("file:") {
            return self.secretFile(text)
        }
        guard text.value.contains("${") else {
            return Secret(value: text.value, origin: .literal)
        }
        let value = self.expanded(text)
        return value.isEmpty
            ? nil : Secret(value: value, origin: .environment(template: text.value))
    }

    private func secretFile(_ text: Spanned<String>) -> Secret? {
        let path = self.absolute(String(text.value.dropFirst("file:".count)))
        let bytes: [UInt8]
        do {
            bytes = try self.surroundings.contents(path)
        } catch {
            self.report(.unreadableSecret, at: text.span, "cannot read `\(path)`")
            return nil
        }
        guard let content = String(validating: bytes, as: UTF8.self) else {
            self.report(.unreadableSecret, at: text.span, "`\(path)` is not UTF-8 text")
            return nil
        }
        // Editors and `echo` end a file with a line break that is no part of the secret.
        let value = content.hasSuffix("\n") ? String(content.dropLast()) : content
        guard !value.isEmpty else {
            self.report(.unreadableSecret, at: text.span, "`\(path)` is empty")
            return nil
        }
        return Secret(value: value, origin: .file(reference: text.value))
    }
}
