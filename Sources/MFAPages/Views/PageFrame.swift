/// What the operator makes of the pages: name, logo, colour, and where help is.
package struct Brand: Equatable, Sendable {
    package var name: String
    /// An image as a data URL.
    package var logo: String?
    package var colour: Colour
    package var support: String?

    package static let defaultColour = Colour(red: 0x2f, green: 0x5b, blue: 0xd7)

    package init(
        name: String,
        logo: String? = nil,
        colour: Colour = Self.defaultColour,
        support: String? = nil
    ) {
        self.name = name
        self.logo = logo
        self.colour = colour
        self.support = support
    }
}

/// Writes pages: one per language and brand, for any content.
package struct PageWriter: Sendable {
    let texts: TextTable
    let brand: Brand
    let stylesheet: Stylesheet
    /// The configured parameter that leads back.
    let returnTo: String
    let token: FormToken
    let channels: [PhoneChannel]
    /// Where users sign in.
    let signIn: String
    /// Whether there is a page on which factors are managed.
    let managesFactors: Bool
    /// How long after one code another can be asked for, in seconds.
    static let resendDelay = 60

    package init(
        texts: TextTable,
        brand: Brand,
        stylesheet: Stylesheet,
        returnTo: String,
        token: FormToken,
        channels: [PhoneChannel] = [.sms],
        signIn: String = "/",
        managesFactors: Bool = true
    ) {
        self.texts = texts
        self.brand = brand
        self.stylesheet = stylesheet
        self.returnTo = returnTo
        self.token = token
        self.channels = channels
        self.signIn = signIn
        self.managesFactors = managesFactors
    }

    /// The same for forms of another session.
    package func with(_ token: FormToken) -> PageWriter {
        PageWriter(
            texts: self.texts,
            brand: self.brand,
            stylesheet: self.stylesheet,
            returnTo: self.returnTo,
            token: token,
            channels: self.channels,
            signIn: self.signIn,
            managesFactors: self.managesFactors
        )
    }

    package func document(_ content: PageContent) -> [UInt8] {
        let view = self.view(content)
        let title =
            view.hasError
            ? self.texts.plain(.errorPrefix, ["title": view.title]) : view.title
        let language = self.texts.language
        return HTML.tag(
            .html,
            [.set("lang", language.rawValue), .set("dir", language.direction)],
            .tag(
                .head,
                [],
                .tag(.meta, [.set("charset", "utf-8")]),
                .tag(
                    .meta,
                    [
                        .set("name", "viewport"),
                        .set("content", "width=device-width, initial-scale=1"),
                    ]
                ),
                .tag(.meta, [.set("name", "robots"), .set("content", "noindex")]),
                .tag(.title, [], .text("\(title) · \(self.brand.name)")),
                .style(self.stylesheet)
            ),
            .tag(
                .body,
                [],
                self.header,
                .tag(.main, [], .tag(.h1, [], .text(view.title)), .group(view.body)),
                self.footer(view)
            )
        ).document
    }

    private var header: HTML {
        guard let logo = self.brand.logo else {
            return .tag(.header, [], .foreign(self.brand.name))
        }
        // The name is written beside the picture, which therefore says nothing more.
        return .tag(
            .header,
            [],
            .tag(.img, [.set("src", logo), .set("alt", "")]),
            .foreign(self.brand.name)
        )
    }

    private func footer(_ view: PageView) -> HTML {
        guard view.isSignedIn else { return .nothing }
        var items: [HTML] = []
        if !view.account.isEmpty {
            items.append(.tag(.p, [], self.texts.html(.signedInAs, ["account": view.account])))
        }
        if view.linksFactors, self.managesFactors {
            let address = PageAddress(.factors)
            items.append(self.link(address, self.texts.html(.manageFactors)))
        }
        if let support = self.brand.support {
            items.append(.tag(.a, [.set("href", support)], self.texts.html(.support)))
        }
        items.append(
            self.form(
                to: PageAddress(.signOut),
                .tag(.button, [.style("link")], self.texts.html(.signOut))
            )
        )
        return .element(.footer, [], items)
    }
}

/// The parts of a page that differ.
struct PageView {
    var title: String
    var body: [HTML]
    var account = ""
    var hasError = false
    var isSignedIn = true
    var linksFactors = true
}

// Pieces that several pages are made of.
extension PageWriter {
    func view(_ content: PageContent) -> PageView {
        switch content {
        case .challenge(let content): self.challenge(content)
        case .enroll(let content): self.enroll(content)
        case .setup(let content): self.setup(content)
        case .confirmPhone(let content): self.confirmPhone(content)
        case .factors(let content): self.factors(content)
        case .remove(let content): self.remove(content)
        case .message(let content): self.message(content)
        }
    }

    func paragraph(_ key: TextKey, _ values: [String: String] = [:]) -> HTML {
        .tag(.p, [], self.texts.html(key, values))
    }

    func link(_ address: PageAddress, _ label: HTML, style: StaticString? = nil) -> HTML {
        let href = HTML.Attribute.set("href", address.url(returnTo: self.returnTo))
        return .tag(.a, style.map { [href, .style($0)] } ?? [href], label)
    }

    /// A form that carries on what the page knows, and proves where it came from.
    func form(
        to address: PageAddress,
        action: StaticString? = nil,
        _ content: HTML...
    ) -> HTML {
        var fields = address.journey.pairs(returnTo: self.returnTo)
        fields.append(("factor", address.factor?.text))
        fields.append(("challenge", address.challenges.text))
        fields.append(("csrf", self.token.text))
        fields.append(("action", action?.description))
        let hidden = fields.compactMap { name, value in
            value.map { value in
                HTML.element(
                    .input,
                    [
                        .set("type", "hidden"), .set("name", name),
                        .set("value", value),
                    ],
                    []
                )
            }
        }
        return .element(
            .form,
            [.set("method", "post"), .set("action", address.page.path)],
            hidden + content
        )
    }

    func notice(_ notice: Notice?) -> HTML {
        guard let notice else { return .nothing }
        var values: [String: String] = [:]
        if let wait = notice.wait { values["time"] = self.texts.time(wait) }
        if let code = notice.code { values["code"] = code }
        let style: HTML.Attribute
        let role: HTML.Attribute
        switch notice.tone {
        case .good: (style, role) = (.style("notice good"), .set("role", "status"))
        case .bad: (style, role) = (.style("notice bad"), .set("role", "alert"))
        }
        let sentence = self.texts.html(notice.key, values)
        return .tag(.div, [style, role], .tag(.p, [.set("id", "notice")], sentence))
    }

    /// Why the page is here at all.
    func explanation(_ motive: Motive) -> HTML {
        switch motive {
        case .none: .nothing
        case .remove: self.paragraph(.whyRemove)
        case .add: self.paragraph(.whyAdd)
        case .enroll(let demand): self.explanation(.whyEnroll, demand)
        case .demand(let demand):
            demand.maximumAge.map { age in
                self.explanation(.whyRecent, demand, ["time": self.texts.time(Int(age))])
            } ?? self.explanation(.whyFactor, demand)
        }
    }

    private func explanation(
        _ key: TextKey,
        _ demand: FactorDemand,
        _ values: [String: String] = [:]
    ) -> HTML {
        if let because = demand.because {
            return .tag(.p, [], .tag(.bdi, [.set("dir", "auto")], .text(because)))
        }
        guard demand.namesKinds else { return self.paragraph(key, values) }
        let kinds = demand.kinds.map(self.kindName).joined(separator: ", ")
        return [self.paragraph(key, values), self.paragraph(.whyMethod, ["factors": kinds])]
    }

    func kindName(_ kind: FactorKind) -> String {
        switch kind {
        case .totp: self.texts.plain(.totpName)
        case .phone: self.texts.plain(.phoneName)
        case .webauthn: self.texts.plain(.webauthnName)
        }
    }

    /// A factor as its owner knows it.
    func label(_ factor: AuthFactor) -> String {
        let kind = factor.kind.map(self.kindName) ?? self.texts.plain(.otherName)
        let name = factor.name.isEmpty ? kind : factor.name
        guard factor.kind == .phone, !factor.phoneEnding.isEmpty else { return name }
        return "\(name) (…\(factor.phoneEnding))"
    }

    func codeField(hasError: Bool) -> HTML {
        var attributes: [HTML.Attribute] = [
            .set("id", "code"), .set("name", "code"), .style("digits"), .set("type", "text"),
            .set("inputmode", "numeric"), .set("autocomplete", "one-time-code"),
            .set("maxlength", "20"), .set("spellcheck", "false"),
            .set("aria-describedby", hasError ? "code-hint notice" : "code-hint"),
            .flag("required"), .flag("autofocus"),
        ]
        if hasError { attributes.append(.set("aria-invalid", "true")) }
        return .tag(
            .div,
            [.style("field")],
            .tag(.label, [.set("for", "code")], self.texts.html(.codeLabel)),
            .element(.input, attributes, []),
            .tag(
                .span,
                [.style("hint"), .set("id", "code-hint")],
                self.texts.html(.codeHint)
            )
        )
    }

    func channelField() -> HTML {
        guard self.channels.count > 1 else {
            return self.channels.first.map { channel in
                .element(
                    .input,
                    [
                        .set("type", "hidden"), .set("name", "channel"),
                        .set("value", channel.rawValue),
                    ],
                    []
                )
            } ?? .nothing
        }
        let options = self.channels.map { channel in
            HTML.tag(
                .option,
                [.set("value", channel.rawValue)],
                self.texts.html(channel == .sms ? .smsName : .whatsappName)
            )
        }
        return .tag(
            .div,
            [.style("field")],
            .tag(.label, [.set("for", "channel")], self.texts.html(.channelLabel)),
            .element(.select, [.set("id", "channel"), .set("name", "channel")], options)
        )
    }

    func button(_ key: TextKey, style: StaticString? = nil) -> HTML {
        .tag(.button, style.map { [.style($0)] } ?? [], self.texts.html(key))
    }
}
