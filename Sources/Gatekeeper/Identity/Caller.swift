internal import JSON
internal import PolicyDSL
internal import TokenVerify

/// Who a token says is calling: what the policies ask, and what the upstream is told.
struct Caller: Equatable, Sendable {
    let principal: Principal
    /// The token's `iss`, as it was verified.
    let issuer: String?
    let subject: String?
    let session: String?
    /// The methods of the token, latest first, also those without a word of ours.
    let methods: [MethodReferences.Entry]

    /// A caller without a credential.
    static let visitor = Caller(
        principal: .visitor,
        issuer: nil,
        subject: nil,
        session: nil,
        methods: []
    )
}

/// Why a token with a good signature still names nobody.
enum CallerRejection: Error, Equatable, Sendable {
    /// `aal` is there, but is neither `aal1` nor `aal2`.
    case assuranceUnrecognized
    /// A claim that identifies has a form that cannot be passed on or believed.
    case claimsInvalid(claim: String)
    /// The provider says that the session is not complete yet.
    case sessionPending

    /// The stable word of records and answers.
    var code: String {
        switch self {
        case .assuranceUnrecognized: "aal-unrecognized"
        case .claimsInvalid: "claims-invalid"
        case .sessionPending: "session-pending"
        }
    }
}

extension Caller {
    /// Reads `claims` by `profile`.
    ///
    /// - `claims`: the claims of a token whose signature, or whose sample, is believed.
    /// - `paths`: the claims that policies mention.
    /// - `now`: the time by which entries of the future are told.
    init(
        claims: ClaimsSet,
        profile: ProviderProfile,
        paths: [ClaimPath],
        now: Instant
    ) throws(CallerRejection) {
        if profile.assurance == .factorVerificationAge,
            claims.member("sts")?.isString(equalTo: "pending") ?? false
        {
            throw .sessionPending
        }
        let role = claims.member("role")?.string
        if profile.hasAnonymousUsers, role == "anon" {
            self = .visitor
            return
        }
        let subject = try Self.identifier("sub", in: claims)
        let session = try Self.identifier(profile.sessionClaim, in: claims)
        let subjectClass = try Self.subjectClass(of: claims, role: role, profile: profile)
        let references = MethodReferences(
            claim: claims.member("amr"),
            meanings: profile.methods,
            now: now
        )
        let level = try Level(claims: claims, profile: profile, references: references, now: now)
        let isOAuthClient = profile.oauthClientClaim.map { claims.member($0) != nil } ?? false
        self.init(
            principal: Principal(
                subjectClass,
                assurance: level.assurance,
                proofs: references.proofs,
                signInAt: level.signInAt,
                secondFactorAt: level.secondFactorAt,
                knowsLevelTimes: level.knowsTimes,
                hasMethodEntries: !references.entries.isEmpty,
                hasTimedEntries: references.hasTimes,
                canBeUpgraded: subjectClass != .service && !isOAuthClient && subject != nil,
                role: role,
                id: subject,
                claims: Self.strings(at: paths, in: claims)
            ),
            issuer: claims.issuer,
            subject: subject,
            session: session,
            methods: references.entries
        )
    }

    private static func subjectClass(
        of claims: ClaimsSet,
        role: String?,
        profile: ProviderProfile
    ) throws(CallerRejection) -> SubjectClass {
        let isMachine =
            switch profile.machines {
            case .serviceRole: role == "service_role"
            case .clientIsSubject: Self.clientIsSubject(claims)
            case .never: false
            }
        if isMachine { return .service }
        guard profile.hasAnonymousUsers else { return .user }
        guard let claim = claims.member("is_anonymous") else { return .user }
        guard let isAnonymous = claim.bool else { throw .claimsInvalid(claim: "is_anonymous") }
        return isAnonymous ? .guest : .user
    }

    // RFC 9068 section 2.2: where no resource owner is involved, `sub` identifies the client.
    private static func clientIsSubject(_ claims: ClaimsSet) -> Bool {
        func reads(_ name: String, _ text: String) -> Bool {
            claims.member(name)?.isString(equalTo: text) ?? false
        }
        if reads("gty", "client-credentials") || reads("idtyp", "app") { return true }
        guard let subject = claims.subject else { return true }
        return ["client_id", "azp", "cid"].contains { reads($0, subject) }
    }

    /// The claim `name`, which travels in a header: 1 to 255 bytes of visible ASCII.
    private static func identifier(
        _ name: String,
        in claims: ClaimsSet
    ) throws(CallerRejection) -> String? {
        guard let claim = claims.member(name) else { return nil }
        guard let text = claim.string, Self.isIdentifier(text.utf8Span.span) else {
            throw .claimsInvalid(claim: name)
        }
        return text
    }

    private static func isIdentifier(_ text: Span<UInt8>) -> Bool {
        (1...255).contains(text.count)
            && text.indices.allSatisfy { (0x21...0x7E).contains(text[$0]) }
    }

    private static func strings(
        at paths: [ClaimPath],
        in claims: ClaimsSet
    ) -> [ClaimPath: [String]] {
        var found: [ClaimPath: [String]] = [:]
        for path in paths {
            switch claims.value(at: path.segments) {
            case .string(let text): found[path] = [text]
            case .array(let items): found[path] = items.compactMap(\.stringValue)
            default: break
            }
        }
        return found
    }
}

/// The assurance of a token, with the times its issuer tells.
private struct Level {
    var assurance: AssuranceLevel
    var signInAt: Instant?
    var secondFactorAt: Instant?
    var knowsTimes = false

    init(
        claims: ClaimsSet,
        profile: ProviderProfile,
        references: MethodReferences,
        now: Instant
    ) throws(CallerRejection) {
        switch profile.assurance {
        case .levelClaim:
            self.assurance = try Self.levelClaim(claims.member("aal"))
            self.signInAt = references.signInAt
        case .factorVerificationAge:
            self.assurance = .aal1
            self.readVerificationAges(claims)
        case .mapping(let mapping):
            let claim = claims.value(at: mapping.claim.segments)
            self.assurance = Self.holds(claim, oneOf: mapping.aal2) ? .aal2 : .aal1
            self.signInAt = references.signInAt
            self.readAge(mapping.age.flatMap { claims.node(at: $0.segments) }, now: now)
        }
    }

    private static func levelClaim(_ claim: JSONNode?) throws(CallerRejection) -> AssuranceLevel {
        guard let claim else { return .aal1 }
        if claim.isString(equalTo: "aal1") { return .aal1 }
        if claim.isString(equalTo: "aal2") { return .aal2 }
        throw .assuranceUnrecognized
    }

    private static func holds(_ claim: JSONValue?, oneOf accepted: [String]) -> Bool {
        switch claim {
        case .string(let text): accepted.contains { $0.utf8.elementsEqual(text.utf8) }
        case .integer(let number): accepted.contains(String(number))
        case .array(let items): items.contains { Self.holds($0, oneOf: accepted) }
        default: false
        }
    }

    // Ages are minutes before `iat`; -1 means that the factor was never verified.
    private mutating func readVerificationAges(_ claims: ClaimsSet) {
        guard case .array(let ages) = claims["fva"], ages.count == 2,
            let issued = claims.issuedAt,
            case .integer(let first) = ages.first, case .integer(let second) = ages.last
        else { return }
        self.knowsTimes = true
        self.signInAt = Self.time(first, before: issued)
        self.secondFactorAt = Self.time(second, before: issued)
        self.assurance = self.secondFactorAt == nil ? .aal1 : .aal2
    }

    private static func time(_ minutes: Int64, before issued: NumericDate) -> Instant? {
        guard (0...5_000_000_000).contains(minutes) else { return nil }
        return Instant(microseconds: issued.microseconds - minutes * 60_000_000)
    }

    private mutating func readAge(_ claim: JSONNode?, now: Instant) {
        guard let time = claim.flatMap(Instant.init(seconds:)),
            time.microseconds <= now.microseconds + 60_000_000
        else { return }
        self.knowsTimes = true
        self.signInAt = self.signInAt ?? time
        self.secondFactorAt = self.assurance == .aal2 ? time : nil
    }
}
