internal import HTTPMessage
internal import PolicyDSL

/// The pages of a policy set as browsers reach them.
struct PageURLs: Equatable, Sendable {
    /// The path under which our own pages answer; it is never forwarded.
    static let builtinPrefix = "/.gatekeeper"

    /// A page's URL up to where its parameters begin.
    fileprivate struct Page: Equatable, Sendable {
        let url: String
        let separator: String
        /// Whether it is on another origin, which has to be told where to come back to.
        let isElsewhere: Bool
        let isBuiltin: Bool
    }

    private let stepUp: Page?
    private let enroll: Page?
    private let signIn: Page?
    /// Reauthenticating is signing in again.
    private let reauthenticate: Page?
    private let publicURL: WebOrigin?
    private let origin: String
    private let parameter: String
    private let encodedParameter: String

    /// - Parameters:
    ///   - pages: the `pages` item of the policy set.
    ///   - publicURL: what browsers see; without it locations are relative.
    ///   - parameter: the parameter that brings the user back.
    init(pages: Pages, publicURL: WebOrigin?, parameter: String) {
        self.publicURL = publicURL
        self.origin = publicURL.map(\.description) ?? ""
        self.parameter = parameter
        self.encodedParameter = PercentEncoding.encode(parameter)
        self.stepUp = pages.stepUp.map { Page($0, .stepUp, publicURL) }
        self.enroll = pages.enroll.map { Page($0, .enroll, publicURL) }
        self.signIn = pages.signIn.map { Page($0, .unauthenticated, publicURL) }
        self.reauthenticate = pages.signIn.map { Page($0, .reauthenticate, publicURL) }
    }

    /// The URL that serves `remedy`, with the way back; `nil` where the remedy has no page.
    func location(for remedy: Outcome, traits: borrowing ClientTraits) -> String? {
        guard let page = self.page(of: remedy) else { return nil }
        var location = ""
        location.reserveCapacity(256)
        location += page.url
        var separator = page.separator
        if let target = self.returnTarget(traits, isAbsolute: page.isElsewhere) {
            location += separator
            location += self.encodedParameter
            location += "="
            location += target
            separator = "&"
        }
        if remedy == .reauthenticate {
            location += separator
            location += "prompt=login"
            separator = "&"
        }
        if page.isBuiltin, let demand = Self.demand(traits) {
            location += separator
            location += "for="
            location += demand
        }
        return location
    }

    // Our own page asks the policies itself, about the very request that met them.
    private static func demand(_ traits: borrowing ClientTraits) -> String? {
        guard !traits.isRead, !traits.isUpgrade else { return nil }
        let demand = PercentEncoding.encode("\(traits.method) \(traits.path)")
        return demand.utf8.count <= ReturnTarget.maximumBytes ? demand : nil
    }

    private func page(of remedy: Outcome) -> Page? {
        switch remedy {
        case .stepUp: self.stepUp
        case .enroll: self.enroll
        case .reauthenticate: self.reauthenticate
        case .unauthenticated: self.signIn
        case .allow, .unavailable, .deny: nil
        }
    }

    // A request that writes cannot be repeated by following a link: the page it came from can.
    private func returnTarget(_ traits: borrowing ClientTraits, isAbsolute: Bool) -> String? {
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
            origin: isAbsolute ? self.origin : nil
        )
    }
}

extension PageURLs.Page {
    fileprivate init(_ page: PolicyDSL.Page, _ remedy: Outcome, _ publicURL: WebOrigin?) {
        let origin = publicURL.map(\.description) ?? ""
        switch page.target {
        case .path(let path):
            self.init(origin + path, isElsewhere: false)
        case .builtin:
            self.init(
                "\(origin)\(PageURLs.builtinPrefix)/\(remedy.word)",
                isElsewhere: false,
                isBuiltin: true
            )
        case .url(let url):
            self.init(url, isElsewhere: WebURL(url).map { $0.origin != publicURL } ?? true)
        }
    }

    private init(_ url: String, isElsewhere: Bool, isBuiltin: Bool = false) {
        self.url = url
        self.separator = url.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        self.isElsewhere = isElsewhere
        self.isBuiltin = isBuiltin
    }
}
