// The page that asks for a second factor.
extension PageWriter {
    func challenge(_ content: ChallengeContent) -> PageView {
        PageView(
            title: self.texts.plain(.challengeTitle),
            body: [
                self.notice(content.notice), self.explanation(content.motive),
                self.question(content), self.otherWays(content), self.help(content),
            ],
            account: content.account,
            hasError: content.notice?.tone == .bad,
            linksFactors: false
        )
    }

    private func question(_ content: ChallengeContent) -> HTML {
        guard content.factor.kind == .phone else {
            return [
                .tag(
                    .p,
                    [.style("soft")],
                    self.texts.html(.totpPrompt, ["factor": self.label(content.factor)])
                ),
                self.codeForm(content),
            ]
        }
        return self.phoneQuestion(content)
    }

    /// The code that a phone gets: sent only when asked for, since looking at a page sends nothing.
    func phoneQuestion(_ content: ChallengeContent) -> HTML {
        let phone = ["phone": "…\(content.factor.phoneEnding)"]
        guard content.challenges.text != nil else {
            return [
                .tag(.p, [.style("soft")], self.texts.html(.phonePrompt, phone)),
                self.sendForm(content, .sendCode),
            ]
        }
        let delay = ["time": self.texts.time(Self.resendDelay)]
        return [
            .tag(.p, [.style("soft")], self.texts.html(.phoneSent, phone)),
            self.codeForm(content),
            self.sendForm(content, .sendAgain),
            .tag(.p, [.style("hint")], self.texts.html(.resendAfter, delay)),
        ]
    }

    private func codeForm(_ content: ChallengeContent) -> HTML {
        var address = content.address
        address.challenges = content.challenges
        return self.form(
            to: address,
            action: "verify",
            self.codeField(hasError: content.notice?.tone == .bad),
            self.button(.verify)
        )
    }

    private func sendForm(_ content: ChallengeContent, _ label: TextKey) -> HTML {
        var address = content.address
        address.challenges = content.challenges
        return self.form(
            to: address,
            action: "send",
            self.channelField(),
            label == .sendCode ? self.button(label) : self.button(label, style: "quiet")
        )
    }

    private func otherWays(_ content: ChallengeContent) -> HTML {
        guard !content.others.isEmpty else { return .nothing }
        let ways = content.others.map { factor -> HTML in
            var address = content.address
            address.factor = factor.id
            let label = self.texts.html(.useFactor, ["factor": self.label(factor)])
            return .tag(.li, [], self.link(address, label))
        }
        return .tag(
            .section,
            [.set("aria-labelledby", "others")],
            .tag(.h2, [.set("id", "others")], self.texts.html(.otherWays)),
            .element(.ul, [.style("ways")], ways)
        )
    }

    /// What is left to somebody whose device is gone.
    private func help(_ content: ChallengeContent) -> HTML {
        var sentences: [HTML] = []
        if !content.others.isEmpty { sentences.append(self.texts.html(.lostOthers)) }
        let way: HTML
        if let support = self.brand.support {
            sentences.append(self.texts.html(.lostSupport))
            way = .tag(
                .p,
                [],
                .tag(.a, [.set("href", support)], self.texts.html(.support))
            )
        } else {
            sentences.append(self.texts.html(.lostNobody))
            way = .nothing
        }
        let text = sentences.map { HTML.tag(.p, [.style("soft small")], $0) }
        return .tag(
            .section,
            [.set("aria-labelledby", "lost")],
            .tag(.h2, [.set("id", "lost")], self.texts.html(.lostTitle)),
            .group(text),
            way
        )
    }
}
