internal import HTTPMessage
internal import MFAPages

/// One request for a page of ours, read and checked as far as that goes without its session.
struct PageInput: Sendable {
    let page: PageName
    let isPost: Bool
    let journey: Journey
    let address: PageAddress
    let action: PageAction
    /// What the form says it knows.
    let sentToken: String?
    let isForeign: Bool
    let language: Language
    let host: String

    /// Why a request is no use.
    enum Defect: Error {
        case method
        case malformed
    }

    init(
        _ head: borrowing RequestHead,
        body: [UInt8],
        page: PageName,
        rules: EnforcementRules
    ) throws(Defect) {
        self.page = page
        self.isPost = head.text(head.method) == "POST"
        guard self.isPost || head.methodKind == .get || head.methodKind == .head else {
            throw .method
        }
        let query = head.query.map { Array(head[$0]) } ?? []
        guard let fields = FormFields(self.isPost ? body : query) else { throw .malformed }
        let returnTo = rules.returnTo
        self.journey = Journey(fields, returnTo: returnTo)
        self.address = PageAddress(
            page,
            self.journey,
            factor: fields["factor"].flatMap(FactorID.init),
            challenges: ChallengeList(fields["challenge"]),
            note: fields["note"].flatMap(PageAddress.Note.init)
        )
        if self.isPost {
            guard let action = PageAction(fields, on: page) else { throw .malformed }
            self.action = action
        } else {
            self.action = .show
        }
        self.sentToken = fields["csrf"]
        self.isForeign = Self.isForeign(head, publicURL: rules.publicURL)
        self.language = Language(accepting: head.value(named: "accept-language"))
        self.host = head.text(head.host)
    }

    // Browsers say where a form came from. Pages without a referrer send `Origin: null`, and old
    // browsers nothing, so silence is left to the form's token.
    private static func isForeign(
        _ head: borrowing RequestHead,
        publicURL: WebOrigin?
    ) -> Bool {
        if let site = head.first(.secFetchSite) {
            let word = head.text(site)
            if word != "same-origin" && word != "none" { return true }
        }
        guard let origin = head.first(.origin).map({ head.text($0) }), origin != "null" else {
            return false
        }
        guard let publicURL else {
            return WebOrigin(origin)?.authority != head.text(head.authority)
        }
        return WebOrigin(origin) != publicURL
    }
}

extension Denial {
    init(_ defect: PageInput.Defect) {
        switch defect {
        case .method: self = .badRequest("method-not-allowed", status: 405)
        case .malformed: self = .badRequest("form-malformed")
        }
    }
}

extension RequestHead {
    /// The first field with this name, in lower case, that the parser has no own word for.
    fileprivate func value(named name: String) -> String? {
        for field in self.fields where field.name.count == name.utf8.count {
            if zip(self[field.name], name.utf8).allSatisfy({ $0 | 0x20 == $1 }) {
                return self.text(field.value)
            }
        }
        return nil
    }
}
