/// The latest decision that policies objected to, for whoever brings the same token again.
///
/// Only what no passing of time can change is remembered.
public struct DecisionMemo {
    /// All that such a decision depends on.
    struct Grounds {
        let prepared: PreparedPrincipal
        let objecting: [ObjectingPolicy]
        let standing: RouteStanding
        let directory: DirectoryAnswer
        let needs: FactNeeds
    }

    private var latest: (grounds: Grounds, decision: Decision)?

    /// A memo that holds nothing.
    public init() {}

    /// The decision on `grounds`, made where it is not the latest one.
    mutating func decision(on grounds: Grounds, making make: () -> Decision) -> Decision {
        if let latest, latest.grounds.isSame(as: grounds) { return latest.decision }
        let decision = make()
        self.latest = (grounds, decision)
        return decision
    }
}

extension DecisionMemo.Grounds {
    fileprivate func isSame(as other: Self) -> Bool {
        self.prepared.isSame(as: other.prepared) && self.objecting == other.objecting
            && self.standing == other.standing && self.directory == other.directory
            && self.needs == other.needs
    }
}

/// A policy that has something to say against a session.
struct ObjectingPolicy: Equatable {
    let number: Int
    /// Whether it surely stands on the route.
    let scope: Truth
}
