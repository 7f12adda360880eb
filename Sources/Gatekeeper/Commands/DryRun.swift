internal import HTTPMessage
internal import JSON
internal import PolicyDSL
internal import TokenVerify

/// Decides samples the way the proxy decides requests: same parser, same verifier, same policies.
struct DryRun {
    let policies: PolicySet
    let issuers: SampleIssuers
    let answers: AnswerWriter
    let routes: RouteTable

    /// One sample to decide.
    struct Case {
        var token: SampleToken = .absent
        var directory = DirectoryAnswer.unknown
        var method = "GET"
        var target = "/"
        /// Unknown unless the author says.
        var host: String?
        var at: Instant
        /// How the sample's claims are read, whoever issued them.
        var provider: ProviderProfile?
    }

    func result(of sample: Case) -> CheckResult {
        let request = SampleRequest(
            method: sample.method,
            target: sample.target,
            host: sample.host ?? "sample.invalid"
        )
        let reading = self.issuers.read(
            sample.token,
            override: sample.provider,
            paths: self.policies.claimPaths,
            at: sample.at
        )
        var result = CheckResult(
            request: "\(sample.method) \(sample.target)",
            revision: self.policies.revision,
            token: reading.status,
            caller: reading.caller,
            directory: sample.directory
        )
        guard let head = request.head, self.routes.accepts(head) else {
            let reason = request.rejection
            let denial = Denial.badRequest(
                reason?.code ?? Reason.badPath.rawValue,
                status: reason?.status ?? 400
            )
            result.refuse(denial, answer: self.answer(to: denial, sample, head: nil))
            return result
        }
        guard let caller = reading.caller else {
            let denial = Denial.invalidToken(reading.status.code ?? "")
            result.refuse(denial, answer: self.answer(to: denial, sample, head: head))
            return result
        }
        let decision = self.decide(caller, sample, head: head)
        result.decision = decision
        if let denial = Denial(decision, of: self.policies) {
            result.refuse(denial, answer: self.answer(to: denial, sample, head: head))
        }
        return result
    }

    /// The policies' answer, for whoever explains it further.
    func explanation(of sample: Case) -> Explanation? {
        let request = SampleRequest(
            method: sample.method,
            target: sample.target,
            host: sample.host ?? "sample.invalid"
        )
        let reading = self.issuers.read(
            sample.token,
            override: sample.provider,
            paths: self.policies.claimPaths,
            at: sample.at
        )
        guard let head = request.head, self.routes.accepts(head), let caller = reading.caller
        else { return nil }
        return self.policies.explain(
            self.request(sample, head: head),
            caller.principal,
            directory: sample.directory,
            now: sample.at
        )
    }

    private func decide(_ caller: Caller, _ sample: Case, head: RequestHead) -> Decision {
        self.policies.decide(
            self.request(sample, head: head),
            caller.principal,
            directory: sample.directory,
            now: sample.at
        )
    }

    private func request(_ sample: Case, head: RequestHead) -> AccessRequest {
        AccessRequest(
            method: sample.method,
            path: head.text(head.path),
            host: sample.host == nil ? .unknown : .known(head.text(head.host))
        )
    }

    private func answer(to denial: Denial, _ sample: Case, head: RequestHead?) -> Answer {
        var traits = ClientTraits(method: sample.method)
        if let head {
            traits.path = head.text(head.path)
            traits.query = head.query.map(head.text)
        }
        let style = head.flatMap(self.routes.style) ?? self.routes.defaultStyle
        let plan = self.answers.plan(for: denial, traits: traits, style: style)
        return self.answers.answer(to: plan, decision: DecisionID(high: 0, low: 0))
    }
}
