/// A code that is held against challenges: the newest first, then those whose codes may still come.
struct CodeProof: Sendable {
    private let factor: FactorID
    private let code: OneTimeCode
    private var untried: [ChallengeID]
    /// What was wrong with the newest code, while earlier ones are tried.
    private var firstProblem: AuthProblem?

    /// Nil for an action that tries no code.
    init?(_ action: PageAction) {
        guard case .verify(let factor, .some(let code), let challenges) = action else {
            return nil
        }
        self.factor = factor
        self.code = code
        self.untried = challenges.challenges
    }

    /// The first thing to ask; where there is no challenge yet, for one.
    mutating func begin() -> AuthCall { self.next() ?? .challenge(self.factor, nil) }

    /// Holds the code against a challenge that was just made.
    func answering(_ challenge: ChallengeID) -> AuthCall {
        .verify(self.factor, challenge, code: self.code)
    }

    /// What else to ask after a problem; nil where that ends it.
    mutating func next(after problem: AuthProblem) -> AuthCall? {
        guard problem.isOfCode else { return nil }
        self.firstProblem = self.firstProblem ?? problem
        return self.next()
    }

    /// What the user is told about it in the end: the newest code was probably meant.
    func verdict(_ problem: AuthProblem) -> AuthProblem {
        problem.isOfCode ? self.firstProblem ?? problem : problem
    }

    private mutating func next() -> AuthCall? {
        guard let challenge = self.untried.first else { return nil }
        self.untried.removeFirst()
        return self.answering(challenge)
    }
}

extension AuthProblem {
    /// Whether it concerns one code, and another challenge's code may still be right.
    fileprivate var isOfCode: Bool {
        switch self.known {
        case .verificationFailed, .challengeExpired, .otpExpired, .addressMismatch: true
        // An unknown challenge has the status of a bad input; an unknown factor is a 404.
        case .factorNotFound: self.status == 422
        default: false
        }
    }
}
