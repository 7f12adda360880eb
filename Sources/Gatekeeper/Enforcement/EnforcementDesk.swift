internal import NIOCore
internal import PolicyDSL

/// What one event loop built from one set of rules, and throws away with it.
final class EnforcementDesk {
    let generation: UInt64
    let rules: EnforcementRules
    let credentials: CredentialDesk
    let directory: DirectoryDesk
    /// Nobody in particular, as the policies see them.
    let visitor: PreparedPrincipal

    init(_ current: RulesSource.Current, eventLoop: any EventLoop) {
        self.generation = current.generation
        self.rules = current.rules
        self.credentials = CredentialDesk(rules: current.rules)
        self.directory = DirectoryDesk(current.rules.directory, eventLoop: eventLoop)
        self.visitor = current.rules.policies.prepare(.visitor)
    }
}

@available(*, unavailable)
extension EnforcementDesk: Sendable {}
