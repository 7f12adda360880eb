internal import Glibc
internal import PolicyDSL

extension Instant {
    /// The wall clock; the pure parts of the program are always handed a time instead.
    static var now: Instant {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
