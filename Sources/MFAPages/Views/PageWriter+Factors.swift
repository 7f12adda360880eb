// The pages on which factors are managed, and the ends of the road.
extension PageWriter {
    func factors(_ content: FactorsContent) -> PageView {
        let verified = content.factors.filter(\.isVerified)
        let rows = content.factors.map { self.row($0, content.address.journey) }
        var journey = content.address.journey
        journey.errand = .factors
        var body: [HTML] = [self.notice(content.notice)]
        if rows.isEmpty {
            body.append(self.paragraph(.factorsNone))
        } else {
            body.append(.element(.ul, [.style("rows")], rows))
        }
        if verified.count == 1 {
            body.append(.tag(.p, [.style("notice plain")], self.texts.html(.factorsOne)))
        }
        body.append(
            self.link(
                PageAddress(.enroll, journey),
                self.texts.html(.addFactor),
                style: "button"
            )
        )
        if let path = content.address.journey.returnPath {
            body.append(
                .tag(
                    .a,
                    [.set("href", path.text), .style("button quiet")],
                    self.texts.html(.goOn)
                )
            )
        }
        return PageView(
            title: self.texts.plain(.factorsTitle),
            body: body,
            account: content.account,
            hasError: content.notice?.tone == .bad,
            linksFactors: false
        )
    }

    private func row(_ factor: AuthFactor, _ journey: Journey) -> HTML {
        let kind = factor.kind.map(self.kindName) ?? self.texts.plain(.otherName)
        let state = factor.isVerified ? "" : " · \(self.texts.plain(.unfinished))"
        let label = self.label(factor)
        let address = PageAddress(.remove, journey, factor: factor.id)
        return .tag(
            .li,
            [],
            .tag(.div, [], .foreign(label), .tag(.small, [], .text("\(kind)\(state)"))),
            .tag(
                .a,
                [
                    .set("href", address.url(returnTo: self.returnTo)),
                    .set("aria-label", self.texts.plain(.removeNamed, ["factor": label])),
                ],
                self.texts.html(.remove)
            )
        )
    }

    func remove(_ content: RemoveContent) -> PageView {
        let label = self.label(content.factor)
        let last =
            content.isLast
            ? HTML.tag(.p, [.style("notice plain")], self.texts.html(.removeLast)) : .nothing
        return PageView(
            title: self.texts.plain(.removeTitle),
            body: [
                self.notice(content.notice), self.paragraph(.removeQuestion, ["factor": label]),
                last,
                self.form(
                    to: content.address,
                    action: "remove",
                    self.button(.removeConfirm, style: "danger")
                ),
                self.link(
                    PageAddress(.factors, content.address.journey),
                    self.texts.html(.cancel),
                    style: "button quiet"
                ),
            ],
            account: content.account,
            hasError: content.notice?.tone == .bad
        )
    }

    func message(_ content: MessageContent) -> PageView {
        var values: [String: String] = [:]
        if !content.kinds.isEmpty {
            values["factors"] = content.kinds.map(self.kindName).joined(separator: ", ")
        }
        if let wait = content.wait { values["time"] = self.texts.time(wait) }
        if let code = content.code { values["code"] = code }
        var body = [self.paragraph(content.sentence, values)]
        if let because = content.because {
            body.append(.tag(.p, [.style("soft")], .foreign(because)))
        }
        body += content.ways.map(self.way)
        if content.offersHelp { body.append(self.stuckHelp) }
        return PageView(
            title: self.texts.plain(content.title),
            body: body,
            account: content.account,
            hasError: content.title == .failedTitle,
            isSignedIn: content.isSignedIn && !content.ways.contains(.signOut),
            linksFactors: false
        )
    }

    private var stuckHelp: HTML {
        .tag(.p, [.style("soft small")], self.texts.html(.stuckHelp))
    }

    private func way(_ way: MessageContent.Way) -> HTML {
        switch way {
        case .tryAgain(let address):
            self.link(address, self.texts.html(.tryAgain), style: "button")
        case .enroll(let address):
            self.link(address, self.texts.html(.enrollTitle), style: "button")
        case .signInOrUp:
            .tag(.a, [.set("href", self.signIn), .style("button")], self.texts.html(.signInOrUp))
        case .signOut:
            self.form(to: PageAddress(.signOut), self.button(.signOut))
        case .signIn:
            .tag(.a, [.set("href", self.signIn), .style("button")], self.texts.html(.signInAgain))
        }
    }
}
