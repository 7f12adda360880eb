import NIOCore
import NIOHTTP1
import Testing
import TokenVerify

@testable import Gatekeeper

/// Key sets of secrets: small, and as good as any other for what a store does with them.
enum KeyFixture {
    static func set(_ keyIDs: String...) -> String {
        let keys = keyIDs.map { keyID in
            #"{"kty":"oct","kid":"\#(keyID)","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr8"}"#
        }
        return #"{"keys":[\#(keys.joined(separator: ","))]}"#
    }

    static func document(_ keyID: String) throws -> KeyDocument {
        try KeyDocument(reading: Array(self.set(keyID).utf8), allowsEmpty: false)
    }

    static func answer(
        _ body: String,
        status: UInt = 200,
        headers: HTTPHeaders = [:]
    ) -> FetchedDocument {
        FetchedDocument(status: status, headers: headers, body: Array(body.utf8))
    }

    static let pem = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
        -----END PUBLIC KEY-----

        """
}

extension NIODeadline {
    /// A moment of a test's own time.
    static func at(_ seconds: Int64) -> NIODeadline {
        .uptimeNanoseconds(UInt64(1_000 + seconds) * 1_000_000_000)
    }
}
