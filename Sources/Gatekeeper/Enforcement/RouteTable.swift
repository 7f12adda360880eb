internal import HTTPMessage
internal import PolicyDSL

/// The routes of the configuration: what each accepts by name, and how it answers.
struct RouteTable: Sendable {
    private let routes: [RouteConfiguration]
    let defaultStyle: AnswerStyle

    init(routes: [RouteConfiguration] = [], defaultStyle: AnswerStyle = .redirect) {
        self.routes = routes
        self.defaultStyle = defaultStyle
    }

    /// The first route whose pattern matches the canonical path.
    func route(for head: borrowing RequestHead) -> RouteConfiguration? {
        guard !self.routes.isEmpty else { return nil }
        let segments = pathSegments(head.text(head.path))
        return self.routes.first { $0.pattern.matches(segments) }
    }

    /// The route's own way of answering sessions that could do better.
    func style(for head: RequestHead) -> AnswerStyle? {
        self.route(for: head)?.answer
    }

    /// What the route of this head accepts although it is refused or removed elsewhere.
    func leniency(for head: borrowing RequestHead) -> Leniency {
        self.route(for: head)?.accepted ?? []
    }

    /// Whether every oddity of the path is one that its route accepts.
    func accepts(_ head: RequestHead) -> Bool {
        let oddities = head.oddities.intersection(.ofPath)
        return oddities.isEmpty || oddities.isSubset(of: self.leniency(for: head))
    }
}
