internal import MFAPages

/// What the operator makes of the built-in pages.
struct PagesConfiguration: Equatable, Sendable {
    /// What the product calls itself; the host of `public_url` where it is not said.
    let name: String?
    /// An image file, as an absolute path.
    let logo: String?
    let colour: Colour
    /// Where somebody helps who lost a device: a page or a `mailto:` address.
    let support: String?
    /// What users can set up.
    let factors: [FactorKind]
    /// How codes reach phones.
    let channels: [PhoneChannel]
    let cookie: CookieAttributes

    /// The kinds of factor that a form can set up.
    enum OfferedFactor: String, CaseIterable, Sendable {
        case totp
        case phone

        var kind: FactorKind {
            switch self {
            case .totp: .totp
            case .phone: .phone
            }
        }
    }

    /// How session cookies are written; the application writes the same ones.
    struct CookieAttributes: Equatable, Sendable {
        let domain: String?
        let isHTTPOnly: Bool
    }
}
