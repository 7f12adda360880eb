internal import HTTPMessage

// The pages on which a factor is set up.
extension PageWriter {
    func enroll(_ content: EnrollContent) -> PageView {
        var offers: [HTML] = []
        if content.offersTOTP {
            offers.append(self.totpOffer(content))
        }
        if content.offersPhone { offers.append(self.phoneOffer(content)) }
        let lacksEmail =
            content.lacksEmail
            ? HTML.tag(.p, [.style("notice plain")], self.texts.html(.stuckNoEmail)) : .nothing
        return PageView(
            title: self.texts.plain(.enrollTitle),
            body: [
                self.notice(content.notice), self.explanation(content.motive),
                .tag(.p, [.style("soft")], self.texts.html(.enrollIntro)), lacksEmail,
                .group(offers),
            ],
            account: content.account,
            hasError: content.notice?.tone == .bad
        )
    }

    private func totpOffer(_ content: EnrollContent) -> HTML {
        .tag(
            .section,
            [.set("aria-labelledby", "totp")],
            .tag(.h2, [.set("id", "totp")], self.texts.html(.totpOffer)),
            .tag(.p, [.style("soft small")], self.texts.html(.totpOfferHint)),
            self.form(
                to: content.address,
                action: "totp",
                self.nameField(id: "totp-name", content.suggestedName),
                self.button(.totpStart)
            )
        )
    }

    private func phoneOffer(_ content: EnrollContent) -> HTML {
        .tag(
            .section,
            [.set("aria-labelledby", "phone-offer")],
            .tag(.h2, [.set("id", "phone-offer")], self.texts.html(.phoneOffer)),
            .tag(.p, [.style("soft small")], self.texts.html(.phoneOfferHint)),
            self.form(
                to: content.address,
                action: "phone",
                self.textField(
                    "phone",
                    id: "phone",
                    label: .phoneLabel,
                    hint: .phoneHint,
                    [
                        .set("inputmode", "tel"), .set("autocomplete", "tel"),
                        .set("maxlength", "32"), .set("dir", "ltr"), .flag("required"),
                    ]
                ),
                self.nameField(id: "phone-name", content.suggestedPhoneName),
                self.channelField(),
                self.button(.sendCode)
            )
        )
    }

    private func nameField(id: String, _ suggestion: String) -> HTML {
        self.textField(
            "name",
            id: id,
            label: .nameLabel,
            hint: .nameHint,
            [
                .set("value", suggestion), .set("maxlength", "60"), .set("autocomplete", "off"),
            ]
        )
    }

    private func textField(
        _ name: String,
        id: String,
        label: TextKey,
        hint: TextKey,
        _ more: [HTML.Attribute]
    ) -> HTML {
        let attributes: [HTML.Attribute] = [
            .set("id", id), .set("name", name), .set("type", "text"),
            .set("aria-describedby", "\(id)-hint"),
        ]
        return .tag(
            .div,
            [.style("field")],
            .tag(.label, [.set("for", id)], self.texts.html(label)),
            .element(.input, attributes + more, []),
            .tag(.span, [.style("hint"), .set("id", "\(id)-hint")], self.texts.html(hint))
        )
    }

    func setup(_ content: SetupContent) -> PageView {
        PageView(
            title: self.texts.plain(.setupTitle),
            body: [
                self.notice(content.notice), self.connection(content.enrolment),
                self.form(
                    to: content.address,
                    action: "verify",
                    self.codeField(hasError: content.notice != nil),
                    self.button(.verify)
                ),
                self.link(
                    PageAddress(.enroll, content.address.journey),
                    self.texts.html(.startOver),
                    style: "button quiet"
                ),
            ],
            account: content.account,
            hasError: content.notice?.tone == .bad
        )
    }

    private func connection(_ enrolment: Enrolment?) -> HTML {
        guard let enrolment else { return self.paragraph(.setupGone) }
        let picture = enrolment.picture.flatMap(PictureURL.init).map { url -> HTML in
            [
                self.paragraph(.setupScan),
                .tag(
                    .img,
                    [
                        .style("picture"), .set("src", url.text),
                        .set("alt", self.texts.plain(.setupPicture)),
                        .set("width", "200"), .set("height", "200"),
                    ]
                ),
            ]
        }
        let isLink = enrolment.uri.hasPrefix("otpauth://")
        return [
            picture ?? .nothing,
            .tag(.p, [.style("soft small")], self.texts.html(.setupSecret)),
            .tag(
                .p,
                [],
                .tag(
                    .code,
                    [.style("secret"), .set("translate", "no")],
                    .text(Self.grouped(enrolment.secret))
                )
            ),
            isLink
                ? .tag(
                    .p,
                    [.style("small")],
                    .tag(
                        .a,
                        [.set("href", enrolment.uri)],
                        self.texts.html(.setupOpen)
                    )
                ) : .nothing,
            self.paragraph(.setupConfirm),
        ]
    }

    /// Base32 in groups of four, as it is read out.
    static func grouped(_ secret: String) -> String {
        var groups: [String] = []
        var rest = Substring(secret)
        while !rest.isEmpty {
            groups.append(String(rest.prefix(4)))
            rest = rest.dropFirst(4)
        }
        return groups.joined(separator: " ")
    }

    func confirmPhone(_ content: ChallengeContent) -> PageView {
        PageView(
            title: self.texts.plain(.confirmPhoneTitle),
            body: [
                self.notice(content.notice), self.phoneQuestion(content),
                self.link(
                    PageAddress(.enroll, content.address.journey),
                    self.texts.html(.startOver),
                    style: "button quiet"
                ),
            ],
            account: content.account,
            hasError: content.notice?.tone == .bad
        )
    }
}

/// An SVG picture as a data URL: as an image it can neither run scripts nor load anything.
struct PictureURL: Equatable {
    private static let maximumBytes = 1 << 20

    let text: String

    init?(_ svg: String) {
        let trimmed = svg.drop { $0.isWhitespace }
        guard trimmed.hasPrefix("<svg") || trimmed.hasPrefix("<?xml"),
            trimmed.utf8.count <= Self.maximumBytes
        else { return nil }
        self.text = "data:image/svg+xml," + PercentEncoding.encode(String(trimmed))
    }
}
