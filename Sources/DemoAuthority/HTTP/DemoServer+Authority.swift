internal import NIOHTTP1
internal import NIOPosix
package import PolicyDSL

extension DemoServer {
    /// Answers as an authority, whose deliberately slow functions keep no event loop waiting.
    package func serve(
        _ authority: Authority,
        clock: @escaping @Sendable () -> Instant = { .now }
    ) async throws {
        try await self.serve { request in
            let answer = try? await NIOThreadPool.singleton.runIfActive {
                authority.respond(to: request, at: clock())
            }
            return answer ?? DemoResponse(status: .serviceUnavailable)
        }
    }
}
