/// What an authority permits, and for how long; the defaults are Supabase's.
package struct AuthorityRules: Sendable {
    /// The base of all URLs, without a path: `http://127.0.0.1:54321`.
    package var url: String
    /// The host that authenticator apps show beside the account.
    package var site = "127.0.0.1"
    package var publishableKey = "sb_publishable_demo"
    package var secretKey = "sb_secret_demo"

    /// Seconds that an access token lasts.
    package var tokenLifetime: Int64 = 3_600
    /// Seconds during which a replaced refresh token is still honoured.
    package var refreshReuseInterval: Int64 = 10
    package var challengeLifetime: Int64 = 300
    /// Seconds between two text messages to one factor.
    package var messageInterval: Int64 = 60
    /// After how many seconds a factor that was never challenged is removed.
    package var factorExpiry: Int64 = 300
    package var maximumFactors = 10
    package var maximumVerifiedFactors = 10
    package var minimumPassword = 6
    package var factorTypes = Set(FactorType.allCases)
    package var permitsAnonymous = true
    package var limitsRates = true
    /// Whether a limited request is told when to come again; Supabase's server does not.
    package var announcesRetryAfter = false
    /// The cost of scrypt.
    package var passwordCost: UInt64 = 1 << 14

    package init(url: String) {
        self.url = url
    }

    /// Where the API is, which is also the issuer of the tokens.
    package var issuer: String { "\(self.url)/auth/v1" }
}
