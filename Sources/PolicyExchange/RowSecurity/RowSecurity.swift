package import PolicyDSL

/// A policy set as PostgreSQL row security: restrictive policies for tables of a Supabase project.
///
/// A table is treated like the route that leads to it: `select` like GET, `insert` like POST,
/// `update` like PATCH, `delete` like DELETE. The database answers yes or no; where a person would
/// be sent to a page, it answers no.
package struct RowSecurity: Sendable {
    /// A table, and the path under which policies speak of it.
    package struct Table: Hashable, Sendable {
        package let schema: String
        package let name: String
        package let path: String

        /// A table that the Data API serves, unless another path leads to it.
        package init(schema: String = "public", name: String, path: String? = nil) {
            self.schema = schema
            self.name = name
            self.path = path ?? "/rest/v1/\(name)"
        }
    }

    /// What a provider calls a method in `amr`; nil is a sign-in that satisfies no method.
    package struct WireMethod: Sendable {
        package let name: String
        package let method: AuthenticationMethod?

        package init(name: String, method: AuthenticationMethod?) {
            self.name = name
            self.method = method
        }
    }

    /// What keeps a set from being expressed, each at its place.
    package struct Refusal: Error, Sendable {
        package let diagnostics: [Diagnostic]
    }

    private let reading: PolicyReading
    private let set: PolicySet
    private let tables: [Table]
    private let methods: [WireMethod]
    private let scopes: [Scope]

    /// A policy and the commands it restricts, table by table.
    private struct Scope {
        let policy: Policy
        let commands: [Table: [SQLCommand]]

        /// Whether it restricts any command at all.
        var isOnTable: Bool { !self.commands.values.allSatisfy(\.isEmpty) }

        var isEnforced: Bool { self.policy.mode == .enforce && self.isOnTable }
    }

    /// Expresses a set that is sound.
    package init(
        _ reading: PolicyReading,
        _ set: PolicySet,
        tables: [Table],
        methods: [WireMethod]
    ) throws(Refusal) {
        self.reading = reading
        self.set = set
        self.tables = tables
        self.methods = methods.sorted { $0.name < $1.name }
        let refusals = RowSecurityLimits(reading, set, tables).refusals
        guard refusals.isEmpty else { throw Refusal(diagnostics: refusals) }
        self.scopes = set.resolved.policies.map { policy in
            let commands = tables.map { table in
                (table, SQLCommand.allCases.filter { policy.restricts($0, on: table) })
            }
            return Scope(policy: policy, commands: Dictionary(commands) { first, _ in first })
        }
    }
}

extension RowSecurity {
    /// The whole script, which replaces what an earlier one has left.
    package var text: String {
        let enforced = self.scopes.filter { $0.isEnforced }
        var parts = [self.header, SQLLibrary.text(self.methods)]
        if enforced.contains(where: { $0.policy.grace != nil }) {
            parts.append(SQLLibrary.remedies)
        }
        parts += enforced.map { SQLPolicy($0.policy).function }
        parts += self.tables.map(self.rules)
        parts += [self.footer, "commit;\n"]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var header: String {
        """
        -- Written by `gatekeeper export --to rls` from revision \(self.set.revision).
        -- Everything here is restrictive: rows are reached only where a permissive policy of your
        -- own allows it as well. Roles that bypass row security, service_role among them, are not
        -- asked. The schema `gatekeeper` is replaced whole, and its policies with it.
        begin;
        set local standard_conforming_strings = on;
        drop schema if exists gatekeeper cascade;
        create schema gatekeeper;
        grant usage on schema gatekeeper to public;

        """
    }

    /// What the database will not decide, by name.
    private var footer: String {
        self.scopes.filter { !$0.isEnforced }.map { scope in
            let why = scope.isOnTable ? "is a monitor, and decides nothing" : "is on no table here"
            return "-- `\(scope.policy.name)` \(why).\n"
        }.joined()
    }

    private func rules(of table: Table) -> String {
        let name = SQLText.name(table.schema, table.name)
        let policies = self.scopes.filter(\.isEnforced).flatMap { scope in
            let test = "(select \(SQLPolicy(scope.policy).call))"
            return SQLCommand.rules(
                scope.policy.name,
                on: name,
                for: scope.commands[table] ?? [],
                test: test,
                because: scope.policy.because
            )
        }
        let opening = "alter table \(name) enable row level security;\n"
        return opening + (self.admissions(to: table, named: name) + policies).joined()
    }

    private func admissions(to table: Table, named name: String) -> [String] {
        var commands: [String: [SQLCommand]] = [:]
        for command in SQLCommand.allCases {
            let classes = self.set.resolved.admits
                .filter { $0.route.map { command.stands(for: $0, on: table) } ?? true }
                .reduce(into: ClassSet()) { $0.formUnion($1.classes) }
            let test =
                classes.isEmpty
                ? "(select gatekeeper.nobody())"
                : "(select gatekeeper.is_sound()) and "
                    + "(select gatekeeper.class()) in \(SQLPolicy.classes(classes))"
            commands[test, default: []].append(command)
        }
        return commands.sorted { $0.key < $1.key }.enumerated().flatMap { number, rule in
            SQLCommand.rules(
                number == 0 ? "admission" : "admission \(number + 1)",
                on: name,
                for: rule.value,
                test: rule.key,
                because: nil,
                prefix: "gatekeeper "
            )
        }
    }
}

extension RouteMatcher {
    /// Whether the path of a table is on the route, whatever its methods and hosts.
    func covers(_ table: RowSecurity.Table) -> Bool {
        self.paths.isEmpty || self.paths.contains { $0.matches(pathSegments(table.path)) }
    }
}

extension Policy {
    func restricts(_ command: SQLCommand, on table: RowSecurity.Table) -> Bool {
        self.routes.isEmpty || self.routes.contains { command.stands(for: $0, on: table) }
    }
}
