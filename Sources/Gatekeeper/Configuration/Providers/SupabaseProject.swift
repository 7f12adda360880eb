internal import HTTPMessage

/// A Supabase project and everything that follows from its URL.
struct SupabaseProject: Equatable, Sendable {
    /// `https://<ref>.supabase.co`, a custom domain, or a local stack.
    let url: WebURL
    /// The publishable (or legacy anon) key: sent to the gateway, and no credential as a Bearer.
    let apiKey: Secret?
    /// Opens the admin API for facts.
    let secretKey: Secret?

    static let audience = "authenticated"

    var issuer: String { self.url.appending("auth/v1").description }

    var keySetURL: WebURL { self.url.appending("auth/v1/.well-known/jwks.json") }

    /// The signed-in user's own record.
    var userURL: WebURL { self.url.appending("auth/v1/user") }

    /// The same record by id, for the secret key.
    func userURL(for subject: String) -> WebURL {
        self.url.appending("auth/v1/admin/users/\(PercentEncoding.encode(subject))")
    }

    // @supabase/ssr: the storage key is made of the first label of the project's host.
    var cookieName: String {
        let label = self.url.origin.host.split(separator: ".").first.map(String.init) ?? "localhost"
        return "sb-\(label)-auth-token"
    }
}
