internal import ArgumentParser
internal import JSON
internal import PolicyDSL
internal import TokenVerify

/// A moment named on the command line or in a batch: a date, or RFC 3339 with an offset.
struct InstantArgument: ExpressibleByArgument {
    let instant: Instant

    init?(argument: String) {
        guard let instant = Instant(rfc3339: argument) ?? Instant(date: argument) else {
            return nil
        }
        self.instant = instant
    }
}

/// The algorithms of `--algorithms ES256,RS256`.
struct AlgorithmsArgument: ExpressibleByArgument {
    let algorithms: Set<SignatureAlgorithm>

    init?(argument: String) {
        var algorithms: Set<SignatureAlgorithm> = []
        for word in argument.split(separator: ",") {
            guard let algorithm = SignatureAlgorithm(rawValue: String(word)) else { return nil }
            algorithms.insert(algorithm)
        }
        guard !algorithms.isEmpty else { return nil }
        self.algorithms = algorithms
    }
}

extension Instant {
    /// The moment of a `at` member: text as on the command line, or seconds since 1970.
    init?(member: JSONValue) {
        if let text = member.stringValue {
            guard let argument = InstantArgument(argument: text) else { return nil }
            self = argument.instant
        } else {
            self.init(seconds: member)
        }
    }

    /// The same moment for the verifier.
    var numericDate: NumericDate { NumericDate(microseconds: self.microseconds) }
}
