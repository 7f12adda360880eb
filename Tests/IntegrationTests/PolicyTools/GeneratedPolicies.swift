import PolicyDSL

/// SplitMix64: the same numbers on every machine, so that a failure can be had again.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    fileprivate mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 1...100, using: &self) <= percent
    }

    fileprivate mutating func pick(_ choices: [String]) -> String {
        choices[Int.random(in: 0..<choices.count, using: &self)]
    }

    fileprivate mutating func some(_ choices: [String], upTo limit: Int) -> String {
        let count = Int.random(in: 1...limit, using: &self)
        return choices.shuffled(using: &self).prefix(count).joined(separator: ", ")
    }
}

// Policies that row security can express, in the words of the language.
extension SeededNumbers {
    mutating func policies() -> String {
        let count = Int.random(in: 1...3, using: &self)
        let policies = (0..<count).map { self.policy("p\($0)") }
        let admits = (0...Int.random(in: 0...1, using: &self)).map { _ in self.admit() }
        return (["gatekeeper 1"] + admits + policies).joined(separator: "\n")
    }

    private mutating func admit() -> String {
        let classes = self.pick(["users", "users, guests", "anyone", "services", "users, visitors"])
        return "admit \(classes)" + (self.chance(30) ? " to \(self.routes())" : "")
    }

    private mutating func policy(_ name: String) -> String {
        let isDenial = self.chance(15)
        let grace = self.chance(40)
        let start = grace ? self.pick(["2026-09-01", "2026-09-20", "2026-12-01"]) : nil
        var clauses = ["for \(self.subject())"]
        if self.chance(25) { clauses[0] += " except \(self.subject())" }
        if self.chance(60) { clauses.append("on \(self.routes())") }
        if self.chance(10) {
            clauses.append("mode monitor since 2026-01-01")
        } else if let start {
            clauses.append("from \(start)" + (self.chance(20) ? " until 2027-01-01" : ""))
        }
        if isDenial {
            clauses.append("deny")
        } else {
            clauses.append("require \(self.demand())")
            if self.chance(20) { clauses.append("require \(self.demand())") }
            let length = self.pick(["1 day", "30 days", "2000 days"])
            if grace, start != nil, clauses.contains(where: { $0.hasPrefix("from") }) {
                clauses.append("grace \(length) after \(self.pick(["start", "creation"]))")
            }
        }
        return "policy \(name) {\n    \(clauses.joined(separator: "\n    "))\n}"
    }

    private mutating func routes() -> String {
        self.pick([
            "reads", "writes", "any", "GET, HEAD", "POST", "PATCH", "DELETE, POST",
            "/rest/v1/notes",
            "/rest/v1/**", "reads /rest/*/notes", "writes /rest/v1/**", "/rest/v1/other",
        ])
    }

    private mutating func subject() -> String {
        let classes = self.pick(["users", "users", "users, guests", "users, visitors", "guests"])
        return classes + (self.chance(55) ? " \(self.filter())" : "")
            + (self.chance(15) ? " \(self.filter())" : "")
    }

    private mutating func filter() -> String {
        let type = self.pick(["", "", "totp ", "phone ", "webauthn "])
        return self.pick([
            "created before 2022-12-12", "created on or after 2022-12-12",
            "created on or after 2026-08-31T23:59:59.999999Z", "with no verified \(type)factor",
            "with a verified \(type)factor", "with at least 2 verified \(type)factors",
            "with role \"authenticated\"", "with role \"r1\", \"r2\"",
            "with id \"\(PostgresUser.id(30))\", \"\(PostgresUser.id(31))\", \"text\"",
            "with claim app_metadata.role \"staff\", \"owner\"",
        ])
    }

    private mutating func demand() -> String {
        switch Int.random(in: 0..<8, using: &self) {
        case 0: "(\(self.term()) and \(self.term()))"
        case 1: "(\(self.term()) or \(self.term()))"
        case 2: "(\(self.term()) or (\(self.term()) and \(self.term())))"
        default: self.term()
        }
    }

    private mutating func term() -> String {
        let within = self.chance(50) ? " within \(self.pick(["90 seconds", "5 minutes"]))" : ""
        let methods = self.some(
            ["password", "otp", "oauth", "saml", "totp", "sms", "webauthn"],
            upTo: 3
        )
        return "("
            + self.pick([
                "aal2\(within)", "aal2\(within)", "aal2 confirmed\(within)",
                "sign-in within 5 minutes", "second-factor\(within)",
                "second-factor except sms\(within)", "one of \(methods)\(within)",
                "all of \(methods)\(within)",
            ]) + ")"
    }
}

// Claims of tokens, sound ones and odd ones; empty where there is no token.
extension SeededNumbers {
    mutating func claims(users: Int) -> String {
        guard !self.chance(4) else { return "" }
        let user = PostgresUser.id(Int.random(in: 1...users, using: &self))
        var members: [String] = []
        let subject =
            self.chance(88)
            ? "\"\(user)\""
            : self.pick([
                "", "\"text\"", "\"\(PostgresUser.id(9_999_999))\"", "\"\"", "\"a b\"", "7", "null",
            ])
        if !subject.isEmpty { members.append("\"sub\":\(subject)") }
        self.add(
            "role",
            85,
            ["authenticated", "r1", "r2", "anon", "service_role"],
            92,
            to: &members
        )
        self.add("aal", 95, ["aal1", "aal2", "aal2", "aal1", "AAL2"], 99, to: &members)
        self.add("session_id", 60, ["s", "t u"], 99, to: &members)
        if self.chance(6) { members.append("\"client_id\":\"c\"") }
        if self.chance(20) {
            let flag = self.pick(["true", "true", "false", "false", "null", "\"true\""])
            members.append("\"is_anonymous\":\(flag)")
        }
        if self.chance(60) {
            let role = self.pick([
                "\"staff\"", "\"user\"", "[\"user\",\"owner\"]", "[1,\"staff\"]", "[[\"staff\"]]",
                "3",
                "{\"staff\":1}",
            ])
            members.append("\"app_metadata\":{\"role\":\(role)}")
        }
        if self.chance(92) { members.append("\"amr\":\(self.references())") }
        return "{\(members.joined(separator: ","))}"
    }

    private mutating func add(
        _ name: String,
        _ percent: Int,
        _ texts: [String],
        _ sound: Int,
        to members: inout [String]
    ) {
        guard self.chance(percent) else { return }
        // The first texts are the likelier ones, since most tokens are in order.
        let text =
            self.chance(70) ? texts[0...1].randomElement(using: &self) ?? "" : self.pick(texts)
        let value = self.chance(sound) ? "\"\(text)\"" : self.pick(["null", "1", "[\"x\"]"])
        members.append("\"\(name)\":\(value)")
    }

    private mutating func references() -> String {
        guard !self.chance(4) else { return self.pick(["null", "\"totp\"", "{}", "[]", "[[],3]"]) }
        let count = Int.random(in: 1...3, using: &self)
        return "[\((0..<count).map { _ in self.reference() }.joined(separator: ","))]"
    }

    private mutating func reference() -> String {
        let name = self.pick([
            "password", "password", "totp", "totp", "mfa/phone", "mfa/webauthn", "otp", "oauth",
            "sso/saml", "email/signup", "token_refresh", "sms", "anonymous",
        ])
        if self.chance(10) { return "\"\(name)\"" }
        let now = RowSecurityArena.now.microseconds / 1_000_000
        let age = Int64.random(in: -2...400, using: &self)
        let time =
            self.chance(80)
            ? "\(now - age)"
            : self.pick([
                "\(now + 60)", "\(now + 61)", "\(now + 60).123456", "\(now + 60).123457",
                "\(now - 90)", "\(now - 90).123456", "\(now - 90).123455", "\(now - 300).5", "-5",
                "\"\(now)\"", "null", "99999999999999", "1e15", "0",
            ])
        return "{\"method\":\"\(name)\",\"timestamp\":\(time)}"
    }
}
