internal import PolicyDSL

extension Persona {
    /// One for every way through the example policies.
    package static let all: [Persona] = [
        .olga, .nils, .ada, .pia, .tess, .lena, .stan, .wanda, .bert, .guest,
    ]

    package static let olga = Persona(
        name: "olga",
        story: "long-standing user without MFA",
        number: "1a",
        created: "2019-05-01"
    )
    package static let nils = Persona(
        name: "nils",
        story: "new user without MFA",
        number: "2b",
        created: "2026-06-01"
    )
    package static let ada = Persona(
        name: "ada",
        story: "user who opted in to MFA with an authenticator app",
        number: "3c",
        created: "2020-02-02",
        factors: [
            PersonaFactor(
                name: "Ada's phone",
                kind: .totp(secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
            )
        ]
    )
    package static let pia = Persona(
        name: "pia",
        story: "user whose second factor is a text message",
        number: "6f",
        created: "2021-03-04",
        factors: [PersonaFactor(name: "Pia's phone", kind: .phone("15550106"))]
    )
    package static let tess = Persona(
        name: "tess",
        story: "user with two factors, in case she loses one",
        number: "7a",
        created: "2021-07-08",
        factors: [
            PersonaFactor(
                name: "Authenticator",
                kind: .totp(secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
            ),
            PersonaFactor(name: "Text message", kind: .phone("15550107")),
        ]
    )
    package static let lena = Persona(
        name: "lena",
        story: "user who began to set up MFA and never finished",
        number: "8b",
        created: "2022-08-09",
        factors: [
            PersonaFactor(
                name: "Unfinished",
                kind: .totp(secret: "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U"),
                isVerified: false
            )
        ]
    )
    package static let stan = Persona(
        name: "stan",
        story: "user whose factor was removed after he used it: a stale aal2 token",
        number: "4d",
        created: "2020-03-03",
        factors: [
            PersonaFactor(
                name: "Lost phone",
                kind: .totp(secret: "KRUGKIDROVUWG2ZAMJZG653OEBTG66BA")
            )
        ]
    )
    package static let wanda: Persona = {
        var persona = Persona(
            name: "wanda",
            story: "user with a phone number and no e-mail: authenticator apps need one",
            number: "9c",
            created: "2022-09-10"
        )
        persona.email = nil
        persona.phone = "15550109"
        return persona
    }()
    package static let bert: Persona = {
        var persona = Persona(
            name: "bert",
            story: "banned user",
            number: "ad",
            created: "2020-10-10"
        )
        persona.isBanned = true
        return persona
    }()
    package static let guest: Persona = {
        var persona = Persona(
            name: "guest",
            story: "anonymous user",
            number: "5e",
            created: "2026-06-02"
        )
        persona.email = nil
        persona.isAnonymous = true
        return persona
    }()

    private init(
        name: String,
        story: String,
        number: String,
        created: String,
        factors: [PersonaFactor] = []
    ) {
        self.init(
            name: name,
            story: story,
            id: "0b9a3c1e-0000-4000-8000-0000000000\(number)",
            email: "\(name)@example.test",
            created: Instant(rfc3339: "\(created)T09:00:00Z") ?? Instant(microseconds: 0),
            factors: factors
        )
    }
}
