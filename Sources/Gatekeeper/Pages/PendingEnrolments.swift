internal import MFAPages
internal import Synchronization

/// Enrolments whose code has not come yet, so that a mistyped one does not cost the picture.
///
/// Only in memory, only for a while, and only for the session that began them.
final class PendingEnrolments: Sendable {
    private static let capacity = 200
    private static let lifetime: Int64 = 900

    private struct Entry {
        let session: String
        let enrolment: Enrolment
        let begun: Int64
    }

    private let entries = Mutex<[FactorID: Entry]>([:])

    func keep(_ enrolment: Enrolment, for session: String, at now: Int64) {
        self.entries.withLock { entries in
            entries = entries.filter { now - $0.value.begun < Self.lifetime }
            if entries.count >= Self.capacity,
                let oldest = entries.min(by: { $0.value.begun < $1.value.begun })
            {
                entries[oldest.key] = nil
            }
            entries[enrolment.factor] = Entry(
                session: session,
                enrolment: enrolment,
                begun: now
            )
        }
    }

    func find(_ factor: FactorID, for session: String, at now: Int64) -> Enrolment? {
        self.entries.withLock { entries in
            guard let entry = entries[factor], entry.session.utf8.elementsEqual(session.utf8),
                now - entry.begun < Self.lifetime
            else { return nil }
            return entry.enrolment
        }
    }

    func forget(_ factor: FactorID) {
        self.entries.withLock { $0[factor] = nil }
    }
}
