internal import HTTPMessage
internal import NIOCore

/// One loop's view of the clients' accounts: those it has seen lately cost no lock.
final class ClientDesk {
    private static let mostKnown = 4_096

    let accounts: ClientAccounts
    private let proxies: [IPNetwork]
    private var known: [ClientNetwork: ClientAccount] = [:]

    init(_ accounts: ClientAccounts, trusting proxies: [IPNetwork]) {
        self.accounts = accounts
        self.proxies = proxies
    }

    /// Counts a request; the result is after how many seconds its client may ask again, nil when
    /// it may now.
    func wait(
        for head: borrowing RequestHead,
        from connection: borrowing ConnectionInfo,
        at now: NIODeadline
    ) -> Int? {
        guard let rate = self.accounts.limits.rate,
            let account = connection.account ?? self.account(of: head, from: connection, at: now),
            let wait = account.admit(at: rate, now: now)
        else { return nil }
        return Int((wait.nanoseconds + 999_999_999) / 1_000_000_000)
    }

    // A proxy's connection brings requests of many clients.
    private func account(
        of head: borrowing RequestHead,
        from connection: borrowing ConnectionInfo,
        at now: NIODeadline
    ) -> ClientAccount? {
        guard connection.isTrustedProxy else { return nil }
        let client = ClientAddress(head, from: connection, trusting: self.proxies)
        return client.text.flatMap { IPAddress($0) }.map {
            self.account(of: ClientNetwork($0), at: now)
        }
    }

    private func account(of client: ClientNetwork, at now: NIODeadline) -> ClientAccount {
        if let account = self.known[client], !account.isForgotten { return account }
        if self.known.count >= Self.mostKnown { self.known.removeAll(keepingCapacity: true) }
        let account = self.accounts.account(of: client, at: now)
        self.known[client] = account
        return account
    }
}

// Its memory is touched on one event loop only.
@available(*, unavailable)
extension ClientDesk: Sendable {}
