internal import NIOCore
internal import NIOHTTP2

/// What one HTTP/2 connection may cost, and how much of it is in flight.
struct HTTP2Limits: Sendable {
    /// Requests that may run at once.
    var maximumStreams = 100
    /// Streams that may be reset, or break the rules, within the window of observation.
    var maximumResets = 200
    /// PING, SETTINGS and PRIORITY frames that may come within it.
    var maximumControlFrames = 1_000
    var observed = TimeAmount.seconds(30)
    /// Bytes of one body that may be under way, and of all bodies of a connection.
    var streamWindow = 128 * 1024
    var connectionWindow = 1024 * 1024
    /// Bytes of a response that wait for one stream before the upstream is not read any more.
    var streamBuffer = 64 * 1024
}

extension HTTP2Limits {
    func connectionConfiguration(
        headerBytes: Int
    ) -> NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: self.maximumStreams),
            HTTP2Setting(parameter: .initialWindowSize, value: self.streamWindow),
            // Each field counts 32 bytes more than it has (RFC 9113 section 6.5.2), and what
            // is a little too large deserves an answer.
            HTTP2Setting(parameter: .maxHeaderListSize, value: headerBytes * 2),
            HTTP2Setting(parameter: .enableConnectProtocol, value: 1),
        ]
        // The rules stand in one place for all versions of HTTP, and answer before they reset.
        configuration.headerBlockValidation = .disabled
        configuration.contentLengthValidation = .disabled
        configuration.targetWindowSize = self.connectionWindow
        configuration.controlFrameRateLimit.maximumCount = self.maximumControlFrames
        configuration.controlFrameRateLimit.windowLength = self.observed
        configuration.maximumConnectionGlitches = self.maximumResets
        return configuration
    }

    var streamConfiguration: NIOHTTP2Handler.StreamConfiguration {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        configuration.targetWindowSize = self.streamWindow
        configuration.outboundBufferSizeHighWatermark = self.streamBuffer
        configuration.outboundBufferSizeLowWatermark = self.streamBuffer / 2
        configuration.streamResetFrameRateLimit.maximumCount = self.maximumResets
        configuration.streamResetFrameRateLimit.windowLength = self.observed
        configuration.streamErrorRateLimit.maximumCount = self.maximumResets
        configuration.streamErrorRateLimit.windowLength = self.observed
        return configuration
    }
}
