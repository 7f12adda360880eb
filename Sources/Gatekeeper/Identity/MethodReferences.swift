internal import JSON
internal import PolicyDSL

/// What a token's `amr` claim says, in the words of the policy language.
struct MethodReferences: Equatable, Sendable {
    /// One entry that counted: under its word where the language has one, else as it came.
    struct Entry: Equatable, Sendable {
        var word: String
        var method: AuthenticationMethod?
        var at: Instant?
    }

    private(set) var proofs = Proofs()
    /// The latest first-factor proof.
    private(set) var signInAt: Instant?
    /// Every entry, latest first; those without a time last.
    private(set) var entries: [Entry] = []

    var hasTimes: Bool { self.entries.contains { $0.at != nil } }

    /// Reads the claim; anything but an array proves nothing.
    ///
    /// An entry of the future is ignored whole, since nobody can have proven anything then; an
    /// entry without a usable time proves its method at an unknown time.
    init(claim: JSONNode?, meanings: [String: MethodMeaning], now: Instant) {
        guard let claim, claim.isArray else { return }
        let latest = Instant(microseconds: now.microseconds + Self.tolerance)
        self.entries.reserveCapacity(claim.count)
        claim.forEachElement { item in
            guard let (name, time) = Self.parts(of: item) else { return }
            if let time, time > latest { return }
            self.insert(name, meaning: meanings[name], at: time)
        }
        guard self.entries.count > 1 else { return }
        self.entries.sort { left, right in
            guard let leftTime = left.at else { return false }
            guard let rightTime = right.at else { return true }
            return leftTime > rightTime
        }
    }

    private mutating func insert(_ name: String, meaning: MethodMeaning?, at time: Instant?) {
        switch meaning {
        case .method(let method):
            self.proofs.insert(method, at: time)
            self.entries.append(Entry(word: method.word, method: method, at: time))
            if method.factorType == nil { self.noteSignIn(at: time) }
        case .signIn:
            self.entries.append(Entry(word: name, at: time))
            self.noteSignIn(at: time)
        case nil:
            self.entries.append(Entry(word: name, at: time))
        }
    }

    private mutating func noteSignIn(at time: Instant?) {
        guard let time else { return }
        self.signInAt = max(self.signInAt ?? time, time)
    }

    private static let tolerance: Int64 = 60_000_000

    private static func parts(of item: JSONNode) -> (name: String, time: Instant?)? {
        if let name = item.string { return (name, nil) }
        guard let name = item.member("method")?.string else { return nil }
        return (name, item.member("timestamp").flatMap(Self.time))
    }

    // A number too large for any calendar is still a time of the future.
    private static func time(of value: JSONNode) -> Instant? {
        let isBeyond =
            value.integer.map { $0 > Instant.latestSecond }
            ?? value.real.map { $0 > Double(Instant.latestSecond) } ?? false
        return isBeyond ? Instant(microseconds: .max) : Instant(seconds: value)
    }
}

/// What a method that an issuer names in `amr` stands for.
enum MethodMeaning: Equatable, Sendable {
    case method(AuthenticationMethod)
    /// A sign-in that sets the sign-in time and satisfies no method.
    case signIn
}

extension Instant {
    /// The last second of the year 9999, the last that RFC 3339 can write.
    fileprivate static let latestSecond: Int64 = 253_402_300_799

    /// Reads a JSON number of seconds since 1970; `nil` where it is none or out of range.
    init?(seconds node: JSONNode) {
        self.init(seconds: node.integer, or: node.real)
    }

    init?(seconds value: JSONValue) {
        switch value {
        case .integer(let seconds): self.init(seconds: seconds, or: nil)
        case .real(let seconds): self.init(seconds: nil, or: seconds)
        default: return nil
        }
    }

    private init?(seconds integer: Int64?, or real: Double?) {
        if let integer {
            guard (0...Self.latestSecond).contains(integer) else { return nil }
            self.init(microseconds: integer * 1_000_000)
        } else if let real {
            guard real >= 0, real <= Double(Self.latestSecond) else { return nil }
            self.init(microseconds: Int64(real * 1_000_000))
        } else {
            return nil
        }
    }
}
