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
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        let descriptor = self.descriptor
        let status = unsafe address.withSockAddr { pointer, size in
            unsafe bind(descriptor, pointer, socklen_t(size))
        }
        guard status == 0 else { throw Failure(number: errno) }
    }

    deinit {
        close(self.descriptor)
    }
}
