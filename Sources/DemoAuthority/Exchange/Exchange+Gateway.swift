internal import JSON
internal import NIOHTTP1

// What stands before Supabase Auth in a hosted project: nobody without an API key.
extension Exchange {
    /// The answer of the gateway, which has a shape of its own; nil where it lets through.
    func gatewayRefusal() -> DemoResponse? {
        guard let key = self.header("apikey") ?? self.request.query["apikey"] else {
            return Self.refusal(
                "No API key found in request",
                hint: "No `apikey` request header or url param was found."
            )
        }
        guard self.isKnown(key) else {
            return Self.refusal("Invalid API key", hint: "Double check your API key.")
        }
        guard key != self.rules.secretKey || !self.isBrowser else {
            return Self.refusal(
                "Forbidden use of secret API key in browser",
                hint: "Secret API keys can only be used in a protected environment."
            )
        }
        return nil
    }

    private func isKnown(_ key: String) -> Bool {
        key == self.rules.publishableKey || key == self.rules.secretKey
            || self.claims(of: key)?["role"]?.stringValue == "service_role"
    }

    private var isBrowser: Bool { self.header("user-agent")?.hasPrefix("Mozilla/") ?? false }

    private static func refusal(_ message: String, hint: String) -> DemoResponse {
        .json(
            ["message": .string(message), "hint": .string(hint)],
            status: .unauthorized
        )
    }
}
