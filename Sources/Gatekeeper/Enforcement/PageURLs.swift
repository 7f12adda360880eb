internal import HTTPMessage
internal import PolicyDSL

/// The pages of a policy set as browsers reach them.
struct PageURLs: Equatable, Sendable {
    /// The path under which our own pages answer; it is never forwarded.
    static let builtinPrefix = "/.gatekeeper"

    private let pages: Pages
    private let publicURL: WebOrigin?
    private let parameter: String

    /// - Parameters:
    ///   - pages: the `pages` item of the policy set.
    ///   - publicURL: what browsers see; without it locations are relative.
    ///   - parameter: the parameter that brings the user back.
    init(pages: Pages, publicURL: WebOrigin?, parameter: String) {
        self.pages = pages
        self.publicURL = publicURL
        self.parameter = parameter
    }

    /// The URL that serves `remedy`, with the way back; `nil` where the remedy has no page.
    func location(for remedy: Outcome, traits: ClientTraits) -> String? {
        guard let url = self.url(of: remedy) else { return nil }
        var parameters: [String] = []
        if let target = self.returnTarget(traits, isAbsolute: url.isElsewhere) {
            parameters.append("\(PercentEncoding.encode(self.parameter.utf8))=\(target)")
        }
        if remedy == .reauthenticate { parameters.append("prompt=login") }
        if url.isBuiltin, let demand = Self.demand(traits) { parameters.append("for=\(demand)") }
        guard !parameters.isEmpty else { return url.text }
        let separator = url.text.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        return url.text + separator + parameters.joined(separator: "&")
    }

    // Our own page asks the policies itself, about the very request that met them.
    private static func demand(_ traits: ClientTraits) -> String? {
        guard !traits.isRead, !traits.isUpgrade else { return nil }
        let demand = PercentEncoding.encode("\(traits.method) \(traits.path)")
        return demand.utf8.count <= ReturnTarget.maximumBytes ? demand : nil
    }

    private struct Location {
        let text: String
        let isElsewhere: Bool
        var isBuiltin = false
    }

    private func url(of remedy: Outcome) -> Location? {
        guard let page = self.pages.page(of: remedy) else { return nil }
        let origin = self.publicURL.map(\.description) ?? ""
        switch page.target {
        case .path(let path):
            return Location(text: origin + path, isElsewhere: false)
        case .builtin:
            let text = "\(origin)\(Self.builtinPrefix)/\(remedy.word)"
            return Location(text: text, isElsewhere: false, isBuiltin: true)
        case .url(let url):
            let isElsewhere = WebURL(url).map { $0.origin != self.publicURL } ?? true
            return Location(text: url, isElsewhere: isElsewhere)
        }
    }

    // A request that writes cannot be repeated by following a link: the page it came from can.
    private func returnTarget(_ traits: ClientTraits, isAbsolute: Bool) -> String? {
        guard !isAbsolute || self.publicURL != nil else { return nil }
        var path = traits.path
        var query = traits.query
        if !traits.isRead || traits.isUpgrade {
            guard let referer = traits.referer.flatMap(WebURL.init),
                referer.origin == self.publicURL,
                let target = SampleRequest(method: "GET", target: referer.target).head,
                target.oddities.isDisjoint(with: .ofPath)
            else { return nil }
            path = target.text(target.path)
            query = target.query.map(target.text)
        }
        return ReturnTarget.encoded(
            path: path,
            query: query,
            parameter: self.parameter,
            origin: isAbsolute ? self.publicURL?.description : nil
        )
    }
}

extension Pages {
    /// The page of a remedy: reauthenticating is signing in again.
    fileprivate func page(of remedy: Outcome) -> Page? {
        switch remedy {
        case .stepUp: self.stepUp
        case .enroll: self.enroll
        case .reauthenticate, .unauthenticated: self.signIn
        case .allow, .unavailable, .deny: nil
        }
    }
}
