/// A policy as flat numbers: no strings, no trees, nothing to retain while it is asked.
struct CompiledPolicy: Sendable {
    /// `for` or `except`: classes, then filters by what they need.
    struct Subject: Sendable {
        var classes: ClassSet
        /// Ranges into `PolicyProgram.tokenFilters` and `PolicyProgram.factFilters`.
        var tokenFilters: Range<Int32>
        var factFilters: Range<Int32>
    }

    var subject: Subject
    /// Covers nobody where the policy has no `except`.
    var exception: Subject
    var from: Instant
    var until: Instant
    var isMonitor: Bool
    var isDenial: Bool
    /// A range into `PolicyProgram.operations`.
    var demands: Range<Int32>
    /// The facts that filters mention.
    var mentioned: FactNeeds
    /// The facts that a `confirmed` may consult.
    var confirming: FactNeeds

    func isEnforced(at now: Instant) -> Bool {
        !self.isMonitor && now >= self.from && now <= self.until
    }
}

/// One step of a demand in postfix order.
enum DemandOperation: Sendable {
    case secondLevel(within: Period)
    case confirmedSecondLevel(within: Period)
    case signIn(within: Period)
    case oneMethod(MethodSet, within: Period)
    case allMethods(MethodSet, within: Period)
    case secondFactorSet(MethodSet, within: Period)
    case always
    case never
    case and
    case or
}

extension Period {
    /// What a demand without `within` allows: any age, and a time that nobody knows.
    static let unlimited = Period(microseconds: .min)
}

extension [DemandOperation] {
    /// Appends a demand; the value it leaves is the only one it adds to the stack.
    mutating func append(_ demand: Demand) {
        switch demand {
        case .secondLevel(confirmed: false, let within):
            self.append(.secondLevel(within: within ?? .unlimited))
        case .secondLevel(confirmed: true, let within):
            self.append(.confirmedSecondLevel(within: within ?? .unlimited))
        case .signIn(let within):
            self.append(DemandOperation.signIn(within: within))
        case .methods(let list):
            self.append(Self.operation(for: list))
        case .all(let parts):
            self.append(parts, joinedBy: .and, ofNone: .always)
        case .any(let parts):
            self.append(parts, joinedBy: .or, ofNone: .never)
        }
    }

    private static func operation(for list: MethodDemand) -> DemandOperation {
        let within = list.within ?? .unlimited
        return switch list.quantifier {
        case .one where list.isSecondFactorSet: .secondFactorSet(list.methods, within: within)
        case .one: .oneMethod(list.methods, within: within)
        case .all where list.methods.isEmpty: .never
        case .all: .allMethods(list.methods, within: within)
        }
    }

    /// Appends what all, or any, of several demands leave.
    mutating func append(
        _ parts: [Demand],
        joinedBy joint: DemandOperation,
        ofNone: DemandOperation
    ) {
        guard let first = parts.first else { return self.append(ofNone) }
        self.append(first)
        for part in parts.dropFirst() {
            self.append(part)
            self.append(joint)
        }
    }
}
