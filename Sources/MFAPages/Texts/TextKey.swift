/// Every sentence and label of the pages; the text tables say them in each language.
package enum TextKey: String, CaseIterable, Sendable {
    // Around every page.
    case signedInAs = "signed-in-as"
    case signOut = "sign-out"
    case manageFactors = "manage-factors"
    case goOn = "continue"
    case tryAgain = "try-again"
    case signInOrUp = "sign-in-or-up"
    case signInAgain = "sign-in-again"
    case support
    case errorPrefix = "error-prefix"

    // Factors.
    case totpName = "totp-name"
    case phoneName = "phone-name"
    case webauthnName = "webauthn-name"
    case otherName = "other-name"
    case smsName = "sms-name"
    case whatsappName = "whatsapp-name"

    // Why.
    case whyFactor = "why-factor"
    case whyRecent = "why-recent"
    case whyMethod = "why-method"
    case whyEnroll = "why-enroll"
    case whyRemove = "why-remove"
    case whyAdd = "why-add"

    // The challenge.
    case challengeTitle = "challenge-title"
    case totpPrompt = "totp-prompt"
    case phonePrompt = "phone-prompt"
    case phoneSent = "phone-sent"
    case codeLabel = "code-label"
    case codeHint = "code-hint"
    case verify
    case sendCode = "send-code"
    case sendAgain = "send-again"
    case resendAfter = "resend-after"
    case channelLabel = "channel-label"
    case otherWays = "other-ways"
    case useFactor = "use-factor"
    case lostTitle = "lost-title"
    case lostOthers = "lost-others"
    case lostSupport = "lost-support"
    case lostNobody = "lost-nobody"

    // Enrolment.
    case enrollTitle = "enroll-title"
    case enrollIntro = "enroll-intro"
    case totpOffer = "totp-offer"
    case totpOfferHint = "totp-offer-hint"
    case totpStart = "totp-start"
    case phoneOffer = "phone-offer"
    case phoneOfferHint = "phone-offer-hint"
    case phoneLabel = "phone-label"
    case phoneHint = "phone-hint"
    case nameLabel = "name-label"
    case nameHint = "name-hint"
    case setupTitle = "setup-title"
    case setupScan = "setup-scan"
    case setupPicture = "setup-picture"
    case setupSecret = "setup-secret"
    case setupOpen = "setup-open"
    case setupConfirm = "setup-confirm"
    case setupGone = "setup-gone"
    case confirmPhoneTitle = "confirm-phone-title"
    case startOver = "start-over"
    case enrolled

    // Management.
    case factorsTitle = "factors-title"
    case factorsNone = "factors-none"
    case factorsOne = "factors-one"
    case unfinished
    case addFactor = "add-factor"
    case remove
    case removeNamed = "remove-named"
    case removed
    case removeTitle = "remove-title"
    case removeQuestion = "remove-question"
    case removeLast = "remove-last"
    case removeConfirm = "remove-confirm"
    case cancel

    // Ends.
    case signOutTitle = "sign-out-title"
    case signOutQuestion = "sign-out-question"
    case signedOutTitle = "signed-out-title"
    case signedOutText = "signed-out-text"
    case stuckHelp = "stuck-help"
    case stuckTitle = "stuck-title"
    case stuckAnonymous = "stuck-anonymous"
    case stuckNoEmail = "stuck-no-email"
    case stuckSwitchedOff = "stuck-switched-off"
    case stuckUnsupported = "stuck-unsupported"
    case stuckForeign = "stuck-foreign"
    case stuckDenied = "stuck-denied"
    case stuckNothingOffered = "stuck-nothing-offered"
    case noFactorTitle = "no-factor-title"
    case noFactorText = "no-factor-text"
    case failedTitle = "failed-title"

    // Problems.
    case codeMalformed = "code-malformed"
    case phoneMalformed = "phone-malformed"
    case wrongCode = "wrong-code"
    case codeExpired = "code-expired"
    case challengeGone = "challenge-gone"
    case factorGone = "factor-gone"
    case nameTaken = "name-taken"
    case phoneTaken = "phone-taken"
    case tooManyFactors = "too-many-factors"
    case needsFactorFirst = "needs-factor-first"
    case rejected
    case smsTooSoon = "sms-too-soon"
    case tooManyRequests = "too-many-requests"
    case tooManyAttempts = "too-many-attempts"
    case sessionOver = "session-over"
    case banned
    case notAccepted = "not-accepted"
    case formStale = "form-stale"
    case unavailable
    case unknownProblem = "unknown-problem"

    // Waiting.
    case seconds
    case minutes
}
