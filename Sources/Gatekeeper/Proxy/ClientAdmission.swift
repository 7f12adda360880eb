internal import NIOCore

/// Stands at a listening socket and lets clients wait outside while there is no room for them.
final class ClientAdmission: ChannelInboundHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    /// How long it takes to look again.
    private static let pause = TimeAmount.milliseconds(50)

    private let budget: DescriptorBudget
    private var isPaused = false

    init(budget: DescriptorBudget) {
        self.budget = budget
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.budget.admit(Self.unwrapInboundIn(data))
        context.fireChannelRead(data)
        if !self.budget.admitsClients, !self.isPaused { self.pause(context) }
    }

    private func pause(_ context: ChannelHandlerContext) {
        self.isPaused = true
        try? context.channel.syncOptions?.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            guard context.channel.isActive else { return }
            guard self.budget.admitsClients else { return self.pause(context) }
            self.isPaused = false
            try? context.channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }
}

@available(*, unavailable)
extension ClientAdmission: Sendable {}
