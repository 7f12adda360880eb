/// What kind of mistake a diagnostic reports; the raw value is stable.
public enum DiagnosticCode: String, CaseIterable, Sendable {
    // Reading the text.
    case unreadableText = "GK100"
    case strangeCharacter = "GK101"
    case openString = "GK102"
    case unknownClause = "GK103"
    case unknownItem = "GK104"
    case unexpectedWord = "GK105"
    case languageVersion = "GK106"
    case unbalancedBraces = "GK107"
    case overLimit = "GK108"
    case mixedAndOr = "GK109"
    case ambiguousWithin = "GK110"

    // Names.
    case unknownName = "GK120"
    case wrongKindOfName = "GK121"
    case circularDefine = "GK122"
    case duplicateName = "GK123"
    case reservedName = "GK124"
    case badName = "GK125"

    // What a policy must and must not hold.
    case missingClause = "GK130"
    case repeatedClause = "GK131"
    case denyAndRequire = "GK132"
    case misplacedGrace = "GK133"
    case zeroAmount = "GK134"
    case emptyPeriod = "GK135"
    case emptyMethodList = "GK136"

    // Words with a shape of their own.
    case badInstant = "GK140"
    case badPath = "GK141"
    case badHost = "GK142"
    case badPage = "GK143"
    case writableClaim = "GK144"
    case badClaimPath = "GK145"

    // The set as a whole.
    case noAdmission = "GK150"
    case repeatedPages = "GK151"

    // Tests.
    case emptyTest = "GK160"
    case contradictoryFacts = "GK161"

    // Sound, and yet not to be said elsewhere.
    case beyondTarget = "GK190"

    // Sound, and yet worth a look.
    case idleSuppression = "GK200"
    case neverApplies = "GK201"
    case shadowed = "GK202"
    case alwaysMet = "GK203"
    case undemandedRoute = "GK204"
    case lockOut = "GK205"
    case redirectLoop = "GK206"
    case smsOnSensitivePath = "GK207"
    case unconfirmedOnSensitivePath = "GK208"
    case oddRecency = "GK209"
    case onlyPassword = "GK210"
    case unexplainedException = "GK211"
    case noBreakGlass = "GK212"
    case oldMonitor = "GK213"
    case pastDate = "GK214"
    case getWithoutHead = "GK216"
    case wideOpen = "GK217"
    case hostWithoutApex = "GK218"
    case idleDefine = "GK219"
    case duplicatePolicy = "GK220"
    case untestedPolicy = "GK223"
    case deceptiveText = "GK224"
    case unexplainedDenial = "GK225"
    case layout = "GK226"
}

extension DiagnosticCode {
    /// Whether it is advice about a set that is sound.
    public var isAdvice: Bool { self.rawValue >= "GK200" }

    /// The codes of what keeps a set from being used.
    package static var refusals: [DiagnosticCode] {
        Self.allCases.filter { !$0.isAdvice && $0 != .beyondTarget }
    }

    /// The codes of lint.
    package static var advice: [DiagnosticCode] { Self.allCases.filter(\.isAdvice) }
}

extension DiagnosticCode {
    /// What it means, in a few words: lower case, no full stop.
    public var summary: String {
        switch self {
        case .unreadableText: "the file is not valid UTF-8"
        case .strangeCharacter: "a character that the language has no use for"
        case .openString: "a string without its closing quote on the same line"
        case .unknownClause: "a clause that policies do not have"
        case .unknownItem: "an item that policy files do not have"
        case .unexpectedWord: "something else was expected here"
        case .languageVersion: "the first line does not name a language version we read"
        case .unbalancedBraces: "a brace or bracket without its partner"
        case .overLimit: "a file, name, number or nesting over its limit"
        case .mixedAndOr: "`and` beside `or` without brackets"
        case .ambiguousWithin: "`within` could cover one side or both"
        case .unknownName: "a name that nothing defines"
        case .wrongKindOfName: "a define of another kind than the place needs"
        case .circularDefine: "a define that contains itself"
        case .duplicateName: "a name given twice in one set"
        case .reservedName: "a define named like a word of the language"
        case .badName: "a name with characters that names cannot hold"
        case .missingClause: "a policy without `for`, or without `require` or `deny`"
        case .repeatedClause: "a clause that may stand once stands twice"
        case .denyAndRequire: "`deny` beside `require` or `otherwise deny`"
        case .misplacedGrace: "`grace` where it has nothing to soften or to count from"
        case .zeroAmount: "a zero where it would mean nothing"
        case .emptyPeriod: "`until` is not after `from`"
        case .emptyMethodList: "`except` leaves no method"
        case .badInstant: "a date or instant that does not exist or has no offset"
        case .badPath: "a path that is not canonical, or a misplaced wildcard"
        case .badHost: "a host pattern that no host can match"
        case .badPage: "a page that is neither a path, a URL nor `builtin`"
        case .writableClaim: "a claim that users can write themselves"
        case .badClaimPath: "a claim path that cannot be read"
        case .noAdmission: "a set without `admit` would refuse everyone"
        case .repeatedPages: "`pages`, or one of its pages, given twice"
        case .emptyTest: "a test without a case"
        case .contradictoryFacts: "facts of a test that cannot be true together"
        case .beyondTarget: "something that the target of an export has no words for"
        case .idleSuppression: "a suppression that suppresses nothing, or says no reason"
        case .neverApplies: "a policy that can never apply"
        case .shadowed: "a policy that others always cover"
        case .alwaysMet: "a policy that never asks for anything"
        case .undemandedRoute: "a route that users may enter and no policy speaks of"
        case .lockOut: "callers whom no step leads to allow"
        case .redirectLoop: "redirects that go in a circle, or end at a refusal"
        case .smsOnSensitivePath: "a text message is enough on a sensitive path"
        case .unconfirmedOnSensitivePath: "`aal2` without `confirmed` on a sensitive path"
        case .oddRecency: "a `within` under a minute, or over the life of a session"
        case .onlyPassword: "a demand that only users with a password can meet"
        case .unexplainedException: "`except` without `because`"
        case .noBreakGlass: "everyone needs a second factor, and nobody is left who does not"
        case .oldMonitor: "a monitor older than 90 days"
        case .pastDate: "a date that has passed and does nothing any more"
        case .getWithoutHead: "`GET` without `HEAD`"
        case .wideOpen: "more is open to everyone than should be"
        case .hostWithoutApex: "`*.suffix` without the suffix itself"
        case .idleDefine: "a define that nothing uses, or that equals another"
        case .duplicatePolicy: "two policies that say the same"
        case .untestedPolicy: "a policy without a test that passes it and one that does not"
        case .deceptiveText: "characters that look like others, or hide"
        case .unexplainedDenial: "`deny` without `because`"
        case .layout: "not in the canonical layout"
        }
    }
}
