/// What a request's credentials come to, once they were looked at.
enum Credential {
    /// Where a session came from: browsers attach cookies without being asked to.
    enum Source {
        case header
        case cookie
    }

    /// Nobody in particular. `refusedCode` is set where a cookie was no good.
    case visitor(withheld: [String], refusedCode: String?)
    case session(Session, from: Source, withheld: [String])
    /// A cookie that is fine in every respect but its age: the application may renew it.
    case expiredCookie(IssuerRules, withheld: [String])
    /// The request ends here.
    case refused(Denial)
    /// The issuer may have this key, which the token names, by now.
    case keyMissed(MissedKey)
}
