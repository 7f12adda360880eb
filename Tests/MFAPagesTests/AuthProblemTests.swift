import Testing

@testable import MFAPages

/// Every way in which the Auth API refuses, and what a person reads and can do about it.
@Suite struct AuthProblemTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let status: Int
        let code: String
        let sentence: TextKey
        let wayOn: AuthProblem.WayOn
        let pageStatus: Int

        init(
            _ status: Int,
            _ code: String,
            _ sentence: TextKey,
            _ wayOn: AuthProblem.WayOn,
            _ pageStatus: Int
        ) {
            self.status = status
            self.code = code
            self.sentence = sentence
            self.wayOn = wayOn
            self.pageStatus = pageStatus
        }

        var testDescription: String { "\(self.status) \(self.code)" }
    }

    static let rows: [Row] = [
        Row(400, "validation_failed", .notAccepted, .repeatInput, 422),
        Row(400, "bad_json", .notAccepted, .repeatInput, 422),
        Row(403, "insufficient_aal", .needsFactorFirst, .useFactorFirst, 403),
        Row(422, "insufficient_aal", .needsFactorFirst, .useFactorFirst, 403),
        Row(401, "insufficient_aal", .needsFactorFirst, .useFactorFirst, 403),
        Row(422, "too_many_enrolled_mfa_factors", .tooManyFactors, .manageFactors, 422),
        Row(422, "mfa_factor_name_conflict", .nameTaken, .repeatInput, 422),
        Row(422, "mfa_verified_factor_exists", .phoneTaken, .repeatInput, 422),
        Row(422, "mfa_totp_enroll_not_enabled", .stuckSwitchedOff, .deadEnd, 403),
        Row(422, "mfa_totp_verify_not_enabled", .stuckSwitchedOff, .deadEnd, 403),
        Row(422, "mfa_phone_enroll_not_enabled", .stuckSwitchedOff, .deadEnd, 403),
        Row(422, "mfa_phone_verify_not_enabled", .stuckSwitchedOff, .deadEnd, 403),
        Row(422, "mfa_webauthn_enroll_not_enabled", .stuckSwitchedOff, .deadEnd, 403),
        Row(422, "mfa_webauthn_verify_not_enabled", .stuckSwitchedOff, .deadEnd, 403),
        Row(400, "phone_provider_disabled", .stuckSwitchedOff, .deadEnd, 403),
        Row(404, "mfa_factor_not_found", .factorGone, .manageFactors, 422),
        Row(422, "mfa_factor_not_found", .factorGone, .manageFactors, 422),
        Row(422, "mfa_ip_address_mismatch", .challengeGone, .newCode, 422),
        Row(422, "mfa_challenge_expired", .codeExpired, .newCode, 422),
        Row(422, "mfa_verification_failed", .wrongCode, .repeatInput, 422),
        Row(403, "mfa_verification_rejected", .rejected, .signIn, 403),
        Row(403, "otp_expired", .codeExpired, .newCode, 422),
        Row(429, "over_sms_send_rate_limit", .smsTooSoon, .wait, 429),
        Row(429, "over_request_rate_limit", .tooManyRequests, .wait, 429),
        Row(422, "sms_send_failed", .unknownProblem, .wait, 503),
        Row(401, "no_authorization", .sessionOver, .signIn, 403),
        Row(403, "no_authorization", .sessionOver, .signIn, 403),
        Row(403, "bad_jwt", .sessionOver, .signIn, 403),
        Row(400, "bad_jwt", .sessionOver, .signIn, 403),
        Row(403, "user_not_found", .sessionOver, .signIn, 403),
        Row(403, "session_not_found", .sessionOver, .signIn, 403),
        Row(400, "session_not_found", .sessionOver, .signIn, 403),
        Row(400, "session_expired", .sessionOver, .signIn, 403),
        Row(403, "user_banned", .banned, .signIn, 403),
        Row(400, "refresh_token_not_found", .sessionOver, .signIn, 403),
        Row(400, "refresh_token_already_used", .sessionOver, .signIn, 403),
        Row(400, "invalid_grant", .sessionOver, .signIn, 403),
        Row(409, "conflict", .unavailable, .wait, 503),
        Row(422, "hook_timeout", .unavailable, .wait, 503),
        Row(422, "hook_timeout_after_retry", .unavailable, .wait, 503),
        Row(422, "hook_payload_over_size_limit", .unknownProblem, .wait, 503),
        Row(422, "hook_payload_invalid_content_type", .unknownProblem, .wait, 503),
        Row(504, "request_timeout", .unavailable, .wait, 503),
        Row(500, "unexpected_failure", .unknownProblem, .wait, 503),
        Row(0, "unreachable", .unavailable, .wait, 503),
        Row(0, "broken-answer", .unavailable, .wait, 503),
        Row(0, "foreign-session", .sessionOver, .signIn, 403),
        Row(503, "a_word_of_tomorrow", .unavailable, .wait, 503),
        Row(400, "a_word_of_tomorrow", .unknownProblem, .wait, 503),
        Row(429, "a_word_of_tomorrow", .unknownProblem, .wait, 429),
    ]

    @Test("a sentence, a way on and a status", arguments: Self.rows)
    func row(_ row: Row) {
        let problem = AuthProblem(status: row.status, code: row.code)
        #expect(problem.sentence == row.sentence)
        #expect(problem.wayOn == row.wayOn)
        #expect(problem.pageStatus == row.pageStatus)
    }

    @Test func noKnownCodeIsLeftOut() {
        let seen = Set(Self.rows.compactMap { AuthProblem.Known(rawValue: $0.code) })
        #expect(seen == Set(AuthProblem.Known.allCases))
    }

    @Test("whatever is refused, a page says so once and leads on", arguments: Self.rows)
    func flows(_ row: Row) throws {
        let problem = AuthProblem(status: row.status, code: row.code)
        for visit in Visit.allCases {
            let end = try visit.end(problem)
            switch end {
            case .show(let content, _):
                #expect(Self.tells(content, problem), "\(visit)")
                #expect(content.leadsOn, "\(visit)")
            case .leave(.sessionOver):
                #expect(problem.endsSession && !problem.isFinal, "\(visit)")
            case .leave(.signedOut):
                #expect(visit == .signOut)
            case .leave(.page(let address)):
                #expect(problem.wayOn == .useFactorFirst, "\(visit)")
                #expect(address.page == .stepUp && address.journey.errand != .none, "\(visit)")
            case .leave(.target), .leave(.signIn), .ask, .adopt, nil:
                Issue.record("\(visit) ends nowhere")
            }
        }
    }

    private static func tells(_ content: PageContent, _ problem: AuthProblem) -> Bool {
        content.notice?.key == problem.sentence
    }
}

/// A request for a page, with an authority that refuses what the page is for.
private enum Visit: CaseIterable {
    case stepUp
    case proof
    case message
    case enroll
    case app
    case phone
    case appProof
    case phoneMessage
    case factors
    case removal
    case signOut

    /// How it ends; nil where it does not.
    func end(_ problem: AuthProblem) throws -> PageStep? {
        switch self {
        case .stepUp: try self.end(.stepUp, .show, problem)
        case .proof:
            try self.end(.stepUp, .verify(Flows.id(1), Flows.code, ChallengeList()), problem)
        case .message: try self.end(.stepUp, .send(Flows.id(2), .sms, ChallengeList()), problem)
        case .enroll: try self.end(.enroll, .show, problem)
        case .app: try self.end(.enroll, .enrollTOTP(name: ""), problem)
        case .phone:
            try self.end(
                .enroll,
                .enrollPhone(name: "", number: PhoneNumber(typed: "+15550100123"), .sms),
                problem
            )
        case .appProof:
            try self.end(.enroll, .verify(Flows.id(5), Flows.code, ChallengeList()), problem)
        case .phoneMessage:
            try self.end(.enroll, .send(Flows.id(6), .sms, ChallengeList()), problem)
        case .factors: try self.end(.factors, .show, problem)
        case .removal: try self.end(.remove, .remove(Flows.id(1)), problem)
        case .signOut: try self.end(.signOut, .signOut, problem)
        }
    }

    private func end(
        _ page: PageName,
        _ action: PageAction,
        _ problem: AuthProblem
    ) throws -> PageStep? {
        let context = Flows.context(aal2: page != .stepUp)
        let address = PageAddress(page, context.journey)
        switch page {
        case .stepUp:
            return try self.drive(
                StepUpFlow(context, address: address, action: action),
                problem
            )
        case .enroll:
            return try self.drive(
                EnrollFlow(context, address: address, action: action),
                problem
            )
        case .factors, .remove:
            let flow = FactorsFlow(context, address: address, action: action, refreshToken: "r")
            return try self.drive(flow, problem)
        case .signOut: return try self.drive(SignOutFlow(context, action: action), problem)
        }
    }

    // The user can be had, unless the page is for nothing else.
    private func drive(_ flow: some PageFlow, _ problem: AuthProblem) throws -> PageStep? {
        let user = Flows.user([
            try Flows.factor(1, .totp), try Flows.factor(2, .phone),
            try Flows.factor(5, .totp, verified: false),
            try Flows.factor(6, .phone, verified: false),
        ])
        let isAboutUser = self == .stepUp || self == .enroll || self == .factors
        var flow = flow
        var step = flow.begin()
        for _ in 0..<12 {
            switch step {
            case .ask(.user) where !isAboutUser:
                step = flow.received(.user(user, .stepUp(FactorDemand())))
            case .ask: step = flow.received(.reply(.problem(problem)))
            case .adopt: return nil
            case .show, .leave: return step
            }
        }
        return nil
    }
}

extension PageContent {
    /// Whether there is something to do, or somebody to turn to.
    fileprivate var leadsOn: Bool {
        guard case .message(let message) = self else { return true }
        return !message.ways.isEmpty || message.offersHelp
    }
}
