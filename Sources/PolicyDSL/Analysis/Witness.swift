/// One concrete case that shows what a finding says: a dry run of it gives the same answer.
package struct Witness: Hashable, Sendable {
    package var request: AccessRequest
    package var principal: Principal
    package var directory: DirectoryAnswer
    package var now: Instant

    init(_ request: AccessRequest, _ session: Session) {
        self.request = request
        self.principal = session.principal
        self.directory = session.directory
        self.now = session.now
    }
}

/// Something worth telling the author, with what proves it and what would mend it.
package struct Finding: Sendable {
    package var diagnostic: Diagnostic
    package var witness: Witness?
    /// The text of the whole source after the repair; nil where people have to decide.
    package var repair: String?

    package init(
        _ diagnostic: Diagnostic,
        witness: Witness? = nil,
        repair: String? = nil
    ) {
        self.diagnostic = diagnostic
        self.witness = witness
        self.repair = repair
    }
}
