internal import PolicyDSL

/// The commands of SQL that row security knows, each with the method it stands for.
enum SQLCommand: String, CaseIterable {
    case select
    case insert
    case update
    case delete

    private var verb: VerbSet {
        switch self {
        case .select: .get
        case .insert: .post
        case .update: .patch
        case .delete: .delete
        }
    }

    /// Whether a request of this command to `table` is on the route; its hosts are not looked at.
    func stands(for route: RouteMatcher, on table: RowSecurity.Table) -> Bool {
        route.verbs.matches(self.verb) && route.covers(table)
    }

    /// The statements that hold `test` against every row that one of `commands` touches.
    static func rules(
        _ name: String,
        on table: String,
        for commands: [SQLCommand],
        test: String,
        because: String?,
        prefix: String = "gatekeeper: "
    ) -> [String] {
        let isWhole = commands.count == Self.allCases.count
        let words = isWhole ? ["all"] : commands.map(\.rawValue)
        return words.map { word in
            let suffix = isWhole || commands.count == 1 ? "" : ", \(word)"
            let policy = SQLText.name(prefix + name + suffix)
            let clause = word == Self.insert.rawValue ? "with check" : "using"
            let comment = because.map {
                "comment on policy \(policy) on \(table) is \(SQLText.string($0));\n"
            }
            return """
                create policy \(policy) on \(table)
                    as restrictive for \(word) \(clause) (\(test));

                """ + (comment ?? "")
        }
    }
}
