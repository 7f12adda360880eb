internal import PolicyDSL

/// What a configuration must keep to; the raw value is the stable code of its diagnostics.
enum ConfigurationRule: String, CaseIterable, Sendable {
    // Reading the text.
    case unreadableFile = "GK300"
    case badSyntax = "GK301"
    case unknownKey = "GK302"
    case missingKey = "GK303"
    case badValue = "GK304"
    case unknownWord = "GK305"
    case missingVariable = "GK306"
    case unreadableSecret = "GK307"
    case contradiction = "GK308"

    // What would be unsafe.
    case missingAudience = "GK320"
    case ambiguousAlgorithms = "GK321"
    case trustsEveryone = "GK322"
    case exposedURL = "GK323"
    case missingAuthorizedParties = "GK324"
    case missingDirectory = "GK325"
    case deadPage = "GK326"
    case duplicateIssuer = "GK327"
    case publicAdmin = "GK328"
    case weakSecret = "GK329"
    case brokenFile = "GK330"

    // Allowed, and worth a second look.
    case expiredForwarded = "GK340"
    case crossSiteAllowed = "GK341"
    case insecurePublicURL = "GK342"
    case reachableAdmin = "GK343"
    case unusedKey = "GK344"
    case missingFile = "GK345"
}

extension ConfigurationRule {
    /// What it means, in a few words: lower case, no full stop.
    var summary: String {
        switch self {
        case .unreadableFile: "the file cannot be read or is not UTF-8"
        case .badSyntax: "the file is not YAML, or names one key twice"
        case .unknownKey: "a key that means nothing here"
        case .missingKey: "a key that has no default is missing"
        case .badValue: "a value of the wrong kind, form or range"
        case .unknownWord: "a word outside the list of those allowed"
        case .missingVariable: "an environment variable that is not set, or empty"
        case .unreadableSecret: "the file of a secret cannot be read or is empty"
        case .contradiction: "keys that cannot stand together"
        case .missingAudience: "tokens made for others would be accepted"
        case .ambiguousAlgorithms: "an HMAC secret beside public keys, without `algorithms`"
        case .trustsEveryone: "`trusted_proxies` that hold every address"
        case .exposedURL: "plain http to another machine"
        case .missingAuthorizedParties: "Clerk tokens of other sites would be accepted"
        case .missingDirectory: "a policy asks for user facts and nothing can answer"
        case .deadPage: "a page whose remedy can never succeed"
        case .duplicateIssuer: "two issuers with the same name or cookie"
        case .publicAdmin: "the admin port and the public port are the same"
        case .weakSecret: "an HMAC secret shorter than 256 bits"
        case .brokenFile: "a file of keys, certificates or users that cannot be used"
        case .expiredForwarded: "expired sessions reach the app as visitors"
        case .crossSiteAllowed: "cookies count as credentials on requests from other sites"
        case .insecurePublicURL: "browsers reach the app over plain http"
        case .reachableAdmin: "the admin port can be reached from other machines"
        case .unusedKey: "a setting that has no effect here"
        case .missingFile: "a file of keys, certificates or users that is not there yet"
        }
    }

    var severity: Diagnostic.Severity {
        switch self {
        case .expiredForwarded, .crossSiteAllowed, .insecurePublicURL, .reachableAdmin,
            .unusedKey, .missingFile:
            .warning
        case .unreadableFile, .badSyntax, .unknownKey, .missingKey, .badValue, .unknownWord,
            .missingVariable, .unreadableSecret, .contradiction, .missingAudience,
            .ambiguousAlgorithms, .trustsEveryone, .exposedURL, .missingAuthorizedParties,
            .missingDirectory, .deadPage, .duplicateIssuer, .publicAdmin, .weakSecret,
            .brokenFile:
            .error
        }
    }
}
