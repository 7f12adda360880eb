internal import DemoAuthority
internal import JSON
internal import PolicyDSL

/// The files for command lines: a token and a cookie per ready session, and the public keys.
enum ReadyFiles {
    /// Opens the sessions and writes the files into `folder`.
    static func write(_ authority: Authority, to folder: String, at now: Instant) throws {
        try DemoFiles.makeFolder("\(folder)/tokens")
        try DemoFiles.makeFolder("\(folder)/cookies")
        let keys = JSONValue.object(try authority.publicKeys()).serialized(pretty: true)
        try DemoFiles.write(keys + "\n", to: "\(folder)/keys.json")
        let cookie = SessionCookie(project: authority.url)
        for (name, session) in try authority.openReadySessions(at: now) {
            let token = session["access_token"]?.stringValue ?? ""
            let cookies = cookie.pairs(for: session).map { "\($0.name)=\($0.value)" }
            try DemoFiles.write(token + "\n", to: "\(folder)/tokens/\(name).jwt", mode: 0o600)
            try DemoFiles.write(
                cookies.joined(separator: "; ") + "\n",
                to: "\(folder)/cookies/\(name)",
                mode: 0o600
            )
        }
    }
}
