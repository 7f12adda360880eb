// The words that tell the values of a document apart, and the members that go with each.
enum ItemKind: String, CaseIterable {
    case pages
    case define
    case admit
    case policy
    case test
}

enum ClauseKind: String, CaseIterable {
    case subject = "for"
    case on
    case require
    case deny
    case otherwiseDeny = "otherwise-deny"
    case from
    case grace
    case enforce
    case monitor
    case because

    var members: [String] {
        switch self {
        case .subject: ["subject", "except"]
        case .on: ["verbs", "paths", "hosts"]
        case .require: ["demand"]
        case .deny, .otherwiseDeny, .enforce: []
        case .from: ["from", "until"]
        case .grace: ["period", "after"]
        case .monitor: ["since"]
        case .because: ["text"]
        }
    }
}

enum FilterKind: String, CaseIterable {
    case createdBefore = "created-before"
    case createdOnOrAfter = "created-on-or-after"
    case verified
    case role
    case id
    case claim

    var members: [String] {
        switch self {
        case .createdBefore, .createdOnOrAfter: ["instant"]
        case .verified: ["none", "at_least", "factor"]
        case .role, .id: ["values"]
        case .claim: ["path", "values"]
        }
    }
}

enum DemandKind: String, CaseIterable {
    case and
    case or
    case brackets
    case secondLevel = "aal2"
    case signIn = "sign-in"
    case methods

    var members: [String] {
        switch self {
        case .and, .or: ["parts"]
        case .brackets: ["inner"]
        case .secondLevel: ["confirmed", "within"]
        case .signIn: ["within"]
        case .methods: ["of", "members", "except", "within"]
        }
    }
}

enum TestPartKind: String, CaseIterable {
    case at
    case given
    case when
    case example = "case"
    case then

    var members: [String] {
        switch self {
        case .at: ["instant"]
        case .given: ["facts"]
        case .when: ["method", "path", "host"]
        case .example: ["facts", "then"]
        case .then: ["then"]
        }
    }
}

enum FactKind: String, CaseIterable {
    case noToken = "no-token"
    case unknownUser = "unknown-user"
    case guest
    case service
    case created
    case noFactors = "no-factors"
    case factors
    case aal1
    case aal2
    case method
    case role
    case id
    case claim

    var members: [String] {
        switch self {
        case .noToken, .unknownUser, .guest, .noFactors, .aal1, .aal2: []
        case .service, .role, .id: ["value"]
        case .created: ["instant"]
        case .factors: ["factors"]
        case .method: ["method", "ago"]
        case .claim: ["path", "value"]
        }
    }
}
