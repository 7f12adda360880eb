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
        }
    }
}
