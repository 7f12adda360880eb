/// What `make run` prints: one ready line per persona, and what it will get.
enum QuickstartGuide {
    static func text(folder: String, url: String) -> String {
        let personas = QuickstartPersona.all.map { Self.lines(for: $0, folder: folder, url: url) }
        return """

            Gatekeeper is running at \(url)

            \(personas.joined(separator: "\n"))
            In a browser: open \(url) and sign in as one of them.
            Press Ctrl-C to stop.

            """
    }

    private static func lines(for persona: QuickstartPersona, folder: String, url: String) -> String
    {
        var text = "\(persona.name): \(persona.story)\n"
        let token = "\(folder)/tokens/\(persona.name).jwt"
        let header = persona.hasToken ? " -H \"Authorization: Bearer $(cat \(token))\"" : ""
        for trial in persona.trials {
            text += "  curl -i\(header) '\(url)\(trial.path)'\n"
            text += "    -> \(trial.status), \(trial.meaning)\n"
        }
        return text
    }
}
