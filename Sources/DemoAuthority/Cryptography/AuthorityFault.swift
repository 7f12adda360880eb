/// What can go wrong inside the authority, and is nobody's mistake.
package enum AuthorityFault: Error, Equatable, Sendable {
    case noRandomness
    case noDerivedKey
    case noPicture
    case noKeyToSign
    case noSuchPersona(String)
}
