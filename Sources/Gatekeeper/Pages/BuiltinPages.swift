internal import AsyncHTTPClient
internal import HTTPMessage
internal import MFAPages
internal import NIOCore
internal import PolicyDSL
internal import TokenVerify

/// The pages under `/.gatekeeper/` that drive an authority's second factors.
///
/// Off the hot path: every request runs in a task of its own and shares nothing with the event
/// loops but a few counters.
final class BuiltinPages: Sendable {
    /// What outlives a reload.
    struct Memory: Sendable {
        let attempts = AttemptDesk()
        let enrolments = PendingEnrolments()
    }

    /// A form of ours is a few hundred bytes.
    static let maximumBody = 16 << 10

    let configuration: PagesConfiguration
    let client: HTTPClient
    let memory: Memory
    let brand: Brand
    let stylesheet: Stylesheet
    let contentSecurityPolicy: String
    let trustedProxies: [IPNetwork]
    private let names: Set<PageName>

    /// Nil where the policies ask for no page of ours.
    init?(
        _ configuration: Configuration,
        policies: PolicySet,
        client: HTTPClient,
        replacing old: BuiltinPages?
    ) {
        let names = PageName.builtin(in: policies.pages)
        guard !names.isEmpty else { return nil }
        self.names = names
        self.configuration = configuration.pages
        self.client = client
        self.memory = old?.memory ?? Memory()
        self.brand = Brand(
            name: configuration.pages.name ?? configuration.publicURL?.host ?? "Gatekeeper",
            logo: configuration.pages.logo.flatMap { LogoFile(at: $0)?.dataURL },
            colour: configuration.pages.colour,
            support: configuration.pages.support
        )
        self.stylesheet = Stylesheet(brand: self.brand.colour)
        self.contentSecurityPolicy = Self.policy(
            for: self.stylesheet,
            signIn: policies.pages.signInOrigin
        )
        self.trustedProxies = configuration.trustedProxies
    }

    /// The page at a path; nil where none of ours is.
    func page(at path: String) -> PageName? {
        PageName(path: path).flatMap { self.names.contains($0) ? $0 : nil }
    }

    var managesFactors: Bool { self.names.contains(.factors) }

    // Nothing runs and nothing is loaded: the style sheet is known by its hash, pictures are part
    // of the page, forms lead back here (and on to a sign-in page, which browsers also check).
    private static func policy(for stylesheet: Stylesheet, signIn: String?) -> String {
        let digest = Base64URL.encode(NameDigest.sha256(Array(stylesheet.text.utf8)))
        let hash = String(digest.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }) + "="
        let targets = ["'self'", signIn].compactMap(\.self).joined(separator: " ")
        return "default-src 'none'; style-src 'sha256-\(hash)'; img-src data:; "
            + "form-action \(targets); base-uri 'none'; frame-ancestors 'none'"
    }
}

extension PageName {
    /// The pages that `builtin` switches on; a step-up and an enrolment need each other.
    fileprivate static func builtin(in pages: Pages) -> Set<PageName> {
        let isOurs: (Page?) -> Bool = { $0?.target == .builtin }
        var names: Set<PageName> = []
        if isOurs(pages.stepUp) || isOurs(pages.enroll) { names.formUnion([.stepUp, .enroll]) }
        if isOurs(pages.factors) { names.formUnion([.stepUp, .enroll, .factors, .remove]) }
        if !names.isEmpty { names.insert(.signOut) }
        return names
    }
}

extension Pages {
    /// The origin of a sign-in page that stands elsewhere.
    fileprivate var signInOrigin: String? {
        guard case .url(let text) = self.signIn?.target else { return nil }
        return WebURL(text)?.origin.description
    }
}
