/// A session that is there from the start, for command lines.
package struct ReadySession: Sendable {
    /// The name of its token's file.
    package let name: String
    package let story: String
    let kind: Kind

    enum Kind {
        case of(Persona)
        case withSecondFactor(of: Persona)
        /// The second factor was shown, and has been removed since.
        case stale(of: Persona)
        case expired(of: Persona)
        /// No session at all: a token with the role `service_role`.
        case service
    }

    package static let all: [ReadySession] =
        [Persona.olga, .nils, .ada].map {
            ReadySession(name: $0.name, story: $0.story, kind: .of($0))
        }
        + [
            ReadySession(
                name: "ada-aal2",
                story: "the same user after the second factor",
                kind: .withSecondFactor(of: .ada)
            ),
            ReadySession(name: "pia", story: Persona.pia.story, kind: .of(.pia)),
            ReadySession(name: "stan", story: Persona.stan.story, kind: .stale(of: .stan)),
            ReadySession(name: "guest", story: Persona.guest.story, kind: .of(.guest)),
            ReadySession(
                name: "service",
                story: "a service with a service_role token",
                kind: .service
            ),
            ReadySession(
                name: "expired",
                story: "a token that ran out an hour ago",
                kind: .expired(of: .olga)
            ),
        ]
}
