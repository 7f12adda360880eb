internal import NIOCore
internal import PolicyDSL
internal import TokenVerify

/// One event loop's way from token bytes to sessions: what it verified lately costs a look-up.
///
/// The key is the whole token. Entries die with the keys that verified them, with their expiry,
/// and with the rules; a token is remembered when it comes for the second time, so that a flood of
/// tokens seen once pushes out none of those that come back.
final class TokenDesk {
    /// What a token was found to be.
    enum Finding {
        case session(Session)
        /// An API key: whoever brings it is nobody in particular.
        case apiKey
        /// Fine in every respect but its age.
        case expired(IssuerRules)
        case refused(code: String)
        /// The issuer's keys are not here: nothing can be said about the token.
        case keysUnavailable
        /// The issuer may have this key by now.
        case keyMissed(MissedKey)
    }

    /// How much a loop remembers.
    struct Bounds {
        var tokens = 100_000
        var bytes = 128 << 20
        var refusals = 10_000
        var refusalBytes = 16 << 20

        /// Of a desk that is asked once.
        static let single = Bounds(tokens: 1, refusals: 1)
    }

    private struct Remembered {
        let code: String
        let keyGeneration: UInt64
        let issuer: Int
    }

    private let rules: EnforcementRules
    private var sessions: RecentTable<Session>
    private var refusals: RecentTable<Remembered>
    // One snapshot per issuer, renewed when its generation moves on.
    private var keys: [KeySnapshot]
    private let metrics: LoopMetrics

    init(
        rules: EnforcementRules,
        metrics: LoopMetrics = LoopMetrics(),
        bounds: Bounds = Bounds()
    ) {
        self.rules = rules
        self.metrics = metrics
        self.sessions = RecentTable(capacity: bounds.tokens, maximumBytes: bounds.bytes)
        self.refusals = RecentTable(
            capacity: bounds.refusals,
            maximumBytes: bounds.refusalBytes
        )
        self.keys = rules.issuers.map { rules.keys.keys(at: $0.index).snapshot }
    }

    /// What is remembered now: how many tokens, and what they cost.
    var memory: (tokens: Int, bytes: Int) {
        (self.sessions.count + self.refusals.count, self.sessions.bytes + self.refusals.bytes)
    }

    /// What `token` is at `now`.
    func look(at token: ArraySlice<UInt8>, now: Instant) -> Finding {
        let key = RecentKey(token)
        if let session = self.sessions.value(for: key) {
            if now < session.refusedFrom, self.isCurrent(session) {
                self.metrics.tally.tokensRemembered += 1
                return .session(session)
            }
            self.sessions.remove(key)
        } else if let refusal = self.refusals.value(for: key) {
            if self.generation(ofIssuer: refusal.issuer) == refusal.keyGeneration {
                self.metrics.tally.tokensRemembered += 1
                return .refused(code: refusal.code)
            }
            self.refusals.remove(key)
        }
        self.metrics.tally.tokensVerified += 1
        return self.verify(key, now: now)
    }

    private func isCurrent(_ session: Session) -> Bool {
        self.generation(ofIssuer: session.issuer.index) == session.keyGeneration
    }

    private func generation(ofIssuer index: Int) -> UInt64 {
        self.rules.keys.keys(at: index).generation
    }

    private func snapshot(ofIssuer index: Int) -> KeySnapshot {
        let current = self.rules.keys.keys(at: index)
        if self.keys[index].generation != current.generation {
            self.keys[index] = current.snapshot
        }
        return self.keys[index]
    }

    private func verify(_ token: RecentKey, now: Instant) -> Finding {
        if self.rules.issuers.contains(where: { $0.apiKey?.elementsEqual(token.bytes) ?? false }) {
            return .apiKey
        }
        let limits = TokenLimits(maximumBytes: self.rules.limits.tokenBytes)
        let parsed: UnverifiedToken
        let claimed: ClaimsSet
        do throws(TokenRejection) {
            // What a header says is the same whoever wrote it: the first issuer's will do.
            parsed = try UnverifiedToken(
                parsing: Array(token.bytes),
                limits: limits,
                expecting: self.keys.first?.keys
            )
            claimed = try parsed.unverifiedClaims()
        } catch {
            return .refused(code: error.code)
        }
        if let issuer = self.rules.issuers.first(where: { $0.issues(claimed) }) {
            return self.judge(parsed, token, issuer, expecting: issuer.expectations, now)
        }
        guard let name = claimed.issuer else {
            return .refused(code: TokenRejection.issuerMismatch.code)
        }
        return self.judgeLegacyKey(parsed, token, named: name, now)
    }

    // Every project's legacy keys bear the same `iss`: the one whose secret fits is the issuer.
    private func judgeLegacyKey(
        _ parsed: UnverifiedToken,
        _ token: RecentKey,
        named name: String,
        _ now: Instant
    ) -> Finding {
        var refusal = TokenRejection.issuerMismatch.code
        for issuer in self.rules.issuers where issuer.mayHaveLegacyKey(of: name) {
            let expected = LegacyAPIKey.expectations(issuer.expectations)
            let finding = self.judge(parsed, token, issuer, expecting: expected, now)
            guard case .refused(let code) = finding, LegacyAPIKey.mayBeForeign(code) else {
                return finding
            }
            refusal = code
        }
        return .refused(code: refusal)
    }

    private func judge(
        _ parsed: UnverifiedToken,
        _ token: RecentKey,
        _ issuer: IssuerRules,
        expecting expected: TokenExpectations,
        _ now: Instant
    ) -> Finding {
        let isLegacy = expected.issuer != issuer.expectations.issuer
        let keys = self.snapshot(ofIssuer: issuer.index)
        guard keys.isUsable || keys.isComplete else { return .keysUnavailable }
        let assessment: TokenAssessment
        do throws(TokenRejection) {
            assessment = try TokenVerifier.assess(
                parsed,
                keys: keys.keys,
                expecting: expected,
                at: now.numericDate
            )
        } catch {
            // Another issuer may accept it.
            if isLegacy { return .refused(code: error.code) }
            let isKeyKnown = Self.names(parsed.header.keyID, in: keys)
            let rejection = error == .algorithmNotAllowed && !isKeyKnown ? .unknownKey : error
            let key = MissedKey(issuer: issuer.index, name: .init(parsed.header.keyID))
            return self.refuse(token, rejection, key, keys, now)
        }
        guard !isLegacy || LegacyAPIKey.isOne(assessment.claims) else {
            return .refused(code: TokenRejection.claimsInvalid.code)
        }
        return self.admit(assessment, token, parsed.bytes, issuer, keys, now)
    }

    private func admit(
        _ assessment: TokenAssessment,
        _ token: RecentKey,
        _ bytes: [UInt8],
        _ issuer: IssuerRules,
        _ keys: KeySnapshot,
        _ now: Instant
    ) -> Finding {
        let caller: Caller
        do throws(TokenRefusal) {
            caller = try issuer.profile.caller(
                of: assessment,
                paths: self.rules.policies.claimPaths,
                now: now
            )
        } catch {
            return .refused(code: error.code)
        }
        guard case .valid(let verified) = assessment else { return .expired(issuer) }
        guard caller.principal.subjectClass != .visitor else { return .apiKey }
        let firstSeen = self.sessions.knock(token, at: now)
        let session = Session(
            verified,
            bytes: bytes,
            caller: caller,
            issuer: issuer,
            rules: self.rules,
            keyGeneration: keys.generation,
            // A clock that was set back must not leave a session from the future.
            firstSeen: firstSeen.map { min($0, now) } ?? now,
            now: now
        )
        if firstSeen != nil { self.sessions.insert(session, for: token, costing: session.cost) }
        return .session(session)
    }

    // A shared secret answers to every key ID, so beside public keys a key that is not here yet
    // looks like an algorithm that is not allowed.
    private static func names(_ keyID: String?, in keys: KeySnapshot) -> Bool {
        guard let keyID else { return true }
        let entries = keys.keys.entries
        guard entries.contains(where: \.isSecret), entries.contains(where: { !$0.isSecret }) else {
            return true
        }
        return entries.contains { $0.keyID.map { $0.utf8.elementsEqual(keyID.utf8) } ?? false }
    }

    private func refuse(
        _ token: RecentKey,
        _ rejection: TokenRejection,
        _ key: MissedKey,
        _ keys: KeySnapshot,
        _ now: Instant
    ) -> Finding {
        switch rejection {
        case .unknownKey:
            return keys.isComplete ? .keyMissed(key) : .keysUnavailable
        // What depends on the time must be asked again.
        case .notYetValid, .issuedInFuture, .expired:
            return .refused(code: rejection.code)
        default:
            if self.refusals.knock(token, at: now) != nil {
                let remembered = Remembered(
                    code: rejection.code,
                    keyGeneration: keys.generation,
                    issuer: key.issuer
                )
                self.refusals.insert(remembered, for: token)
            }
            return .refused(code: rejection.code)
        }
    }
}

@available(*, unavailable)
extension TokenDesk: Sendable {}
