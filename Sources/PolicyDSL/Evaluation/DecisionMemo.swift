/// What the policies of one route said of one token, for whoever brings it there again.
///
/// Only what no passing of time can change is remembered, and only the latest of it.
public struct DecisionMemo {
    private var place: (route: Route, prepared: PreparedPrincipal)?
    private var consulted: FactNeeds?
    private var latest: (directory: DirectoryAnswer, decision: Decision)?

    /// A memo that holds nothing.
    public init() {}
}

extension DecisionMemo {
    /// The facts that a decision may consult, asked for anew where they are not known.
    mutating func consultedFacts(
        _ route: Route,
        _ prepared: PreparedPrincipal,
        asking ask: () -> FactNeeds
    ) -> FactNeeds {
        guard route.isTimeless else { return ask() }
        self.turn(to: route, prepared)
        if let consulted { return consulted }
        let needs = ask()
        self.consulted = needs
        return needs
    }

    /// The decision under what the directory says, made anew where it is not the latest one.
    mutating func decision(
        _ route: Route,
        _ prepared: PreparedPrincipal,
        _ directory: DirectoryAnswer,
        making make: () -> Decision
    ) -> Decision {
        guard route.isTimeless else { return make() }
        self.turn(to: route, prepared)
        if let latest, latest.directory == directory { return latest.decision }
        let decision = make()
        self.latest = (directory, decision)
        return decision
    }

    /// Forgets what was said of anybody else, or elsewhere.
    private mutating func turn(to route: Route, _ prepared: PreparedPrincipal) {
        if let place, place.route.isSame(as: route), place.prepared.isSame(as: prepared) { return }
        self = DecisionMemo()
        self.place = (route, prepared)
    }
}
