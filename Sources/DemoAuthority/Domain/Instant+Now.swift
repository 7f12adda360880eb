internal import Foundation
package import PolicyDSL

extension Instant {
    /// What the clock of this machine says.
    package static var now: Instant {
        Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }
}
