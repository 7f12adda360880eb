import Glibc
import NIOCore

/// A port that is bound but not listened on: connections to it are refused, whatever else runs.
///
/// A port that was merely freed may belong to somebody else a moment later.
final class HeldPort: Sendable {
    struct Failure: Error {
        let number: Int32
    }

    /// The option of a listener beside which its port can be held.
    static let isSharing = NIOBSDSocket.Option(rawValue: SO_REUSEPORT)

    private let descriptor: Int32

    /// Takes a port of the loopback address beside a listener that allows it (SO_REUSEPORT).
    init(_ port: Int) throws {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard self.descriptor >= 0 else { throw Failure(number: errno) }
        var isShared: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        unsafe setsockopt(self.descriptor, SOL_SOCKET, SO_REUSEPORT, &isShared, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(self.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Failure(number: errno) }
    }

    deinit {
        close(self.descriptor)
    }
}
