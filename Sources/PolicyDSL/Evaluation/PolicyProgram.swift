/// A policy set as the request path reads it: immutable, shared by every event loop.
final class PolicyProgram: Sendable {
    typealias ID = UInt64

    let set: ResolvedPolicySet
    let id: ID
    let revision: String
    let claimPaths: [ClaimPath]
    /// The policies in the order of their names; a policy's number is its index here.
    let policies: [Policy]
    let compiled: [CompiledPolicy]
    /// The texts of each policy's demands, which entries quote.
    let demandTexts: [[String]]
    let numbers: [String: Int]
    let operations: [DemandOperation]
    /// The distinct filters on the token, which `prepare` answers.
    let tokenFilters: [Subject.Filter]
    /// Indices into `tokenFilters`, in runs that belong to one subject each.
    let tokenFilterRuns: [Int]
    let factFilters: [FactFilter]
    let routes: RouteTable

    init(_ set: ResolvedPolicySet) {
        let policies = set.policies.sorted { $0.name < $1.name }
        var compiler = PolicyCompiler()
        self.compiled = policies.map { compiler.compile($0) }
        self.demandTexts = policies.map { $0.rule.demands.map(\.description) }
        self.numbers = Dictionary(
            policies.enumerated().map { ($1.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        self.set = set
        self.id = set.digest
        let digits = String(UInt32(truncatingIfNeeded: self.id >> 32), radix: 16)
        self.revision = String(repeating: "0", count: 8 - digits.count) + digits
        self.claimPaths = set.claimPaths
        self.policies = policies
        self.operations = compiler.operations
        self.tokenFilters = compiler.tokenFilters
        self.tokenFilterRuns = compiler.tokenFilterRuns
        self.factFilters = compiler.factFilters
        self.routes = RouteTable(
            set,
            policies: policies,
            shortcuts: self.compiled.map { Self.shortcut($0, compiler.operations) }
        )
    }

    /// One step that meets the whole demand, of a policy that asks the directory nothing about
    /// whom it names: where the step is met, nobody has to look further.
    private static func shortcut(
        _ policy: CompiledPolicy,
        _ operations: [DemandOperation]
    ) -> DemandOperation {
        let own = operations[Int(policy.demands.lowerBound)..<Int(policy.demands.upperBound)]
        let joinsAll = own.contains { if case .and = $0 { true } else { false } }
        guard policy.mentioned.isEmpty, !policy.isDenial, !joinsAll else { return .never }
        return own.first ?? .never
    }

    func prepare(_ principal: Principal) -> PreparedPrincipal {
        let answers = self.tokenFilters.map { $0.holds(of: principal) }
        return PreparedPrincipal(principal, program: self.id, filters: answers)
    }
}

/// A filter on a directory fact, without its type in a tree.
enum FactFilter: Sendable {
    case createdBefore(Instant)
    case createdOnOrAfter(Instant)
    case noVerified(FactorType?)
    case verified(atLeast: Int, FactorType?)
}

/// Flattens policies into one program.
struct PolicyCompiler {
    private(set) var operations: [DemandOperation] = []
    private(set) var tokenFilters: [Subject.Filter] = []
    private(set) var tokenFilterRuns: [Int] = []
    private(set) var factFilters: [FactFilter] = []
    private var filterNumbers: [Subject.Filter: Int] = [:]

    mutating func compile(_ policy: Policy) -> CompiledPolicy {
        let start = Int32(self.operations.count)
        var isDenial = false
        switch policy.rule {
        case .deny: isDenial = true
        case .require(let demands, _):
            self.operations.append(demands, joinedBy: .and, ofNone: .always)
        }
        let filters = policy.subject.filters + (policy.exception?.filters ?? [])
        return CompiledPolicy(
            subject: self.compile(policy.subject),
            exception: self.compile(policy.exception ?? Subject([])),
            from: policy.from ?? Instant(microseconds: .min),
            until: policy.until ?? Instant(microseconds: .max),
            isMonitor: policy.mode != .enforce,
            isDenial: isDenial,
            demands: start..<Int32(self.operations.count),
            mentioned: filters.reduce(into: []) { $0.formUnion($1.fact) },
            confirming: policy.grace?.anchor == .creation ? [.factors, .created] : .factors
        )
    }

    private mutating func compile(_ subject: Subject) -> CompiledPolicy.Subject {
        let firstToken = Int32(self.tokenFilterRuns.count)
        let firstFact = Int32(self.factFilters.count)
        for filter in subject.filters {
            switch filter {
            case .createdBefore(let limit): self.factFilters.append(.createdBefore(limit))
            case .createdOnOrAfter(let limit): self.factFilters.append(.createdOnOrAfter(limit))
            case .noVerified(let type): self.factFilters.append(.noVerified(type))
            case .verified(let least, let type):
                self.factFilters.append(.verified(atLeast: least, type))
            case .role, .id, .claim: self.tokenFilterRuns.append(self.number(of: filter))
            }
        }
        return CompiledPolicy.Subject(
            classes: subject.classes,
            tokenFilters: firstToken..<Int32(self.tokenFilterRuns.count),
            factFilters: firstFact..<Int32(self.factFilters.count)
        )
    }

    private mutating func number(of filter: Subject.Filter) -> Int {
        if let number = self.filterNumbers[filter] { return number }
        let number = self.tokenFilters.count
        self.filterNumbers[filter] = number
        self.tokenFilters.append(filter)
        return number
    }
}
