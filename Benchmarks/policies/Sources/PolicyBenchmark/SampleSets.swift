import PolicyDSL

/// Sets of any size, of policies as an organisation with many teams would write them.
enum SampleSets {
    /// One policy for each of `count` areas of a site.
    static func text(policies count: Int) -> String {
        var text = "gatekeeper 1\n\npages { step-up /mfa  enroll /mfa/setup  sign-in /login }\n\n"
        text += "admit users\nadmit anyone to reads /health\n"
        for number in 0..<count {
            text += "\n\(self.policy(number))\n"
        }
        return text
    }

    private static func policy(_ number: Int) -> String {
        let area = "/area-\(number)"
        let clauses =
            switch number % 4 {
            case 0: "for users on \(area)/** require aal2"
            case 1: "for users on writes \(area)/** require second-factor within 10 minutes"
            case 2: "for users created on or after 2022-12-12 on \(area)/** require aal2"
            default: "for users with a verified factor on \(area)/** require aal2"
            }
        return "policy area-\(number) {\n    \(clauses)\n}"
    }

    static func reading(_ text: String) -> PolicyReading {
        PolicyReading([PolicySource(name: "sample.policy", text: text)])
    }
}
