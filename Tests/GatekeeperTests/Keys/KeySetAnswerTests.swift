import NIOHTTP1
import Testing
import TokenVerify

@testable import Gatekeeper

@Suite struct KeySetAnswerTests {
    struct Row: Sendable {
        let body: String
        var status: UInt = 200
        let failure: KeySetFailure
    }

    @Test(
        "an answer with one bad part is refused whole",
        arguments: [
            Row(body: KeyFixture.set("a"), status: 404, failure: .status(404)),
            Row(body: KeyFixture.set("a"), status: 204, failure: .status(204)),
            Row(body: KeyFixture.set("a"), status: 302, failure: .status(302)),
            Row(body: "<html>", failure: .refused(.malformed)),
            Row(body: "[]", failure: .refused(.malformed)),
            Row(body: #"{"keys":{}}"#, failure: .refused(.malformed)),
            Row(body: #"{"keys":[]}"#, failure: .noUsableKey),
            Row(body: #"{"keys":[{"kty":"XYZ"}]}"#, failure: .noUsableKey),
            Row(body: "-----BEGIN NONSENSE-----", failure: .refused(.pemUnusable)),
        ]
    )
    func refused(_ row: Row) {
        let document = KeyFixture.answer(row.body, status: row.status)
        #expect(throws: row.failure) {
            try KeySetAnswer(judging: document, allowsEmpty: false)
        }
        #expect(!row.failure.code.isEmpty)
        #expect(!row.failure.description.isEmpty)
    }

    @Test("an empty set is normal where a secret signs, a set of strange keys is not")
    func empty() throws {
        let empty = KeyFixture.answer(#"{"keys":[]}"#)
        #expect(try KeySetAnswer(judging: empty, allowsEmpty: true).document.keys.isEmpty)
        let strange = KeyFixture.answer(#"{"keys":[{"kty":"XYZ"}]}"#)
        #expect(throws: KeySetFailure.noUsableKey) {
            try KeySetAnswer(judging: strange, allowsEmpty: true)
        }
    }

    @Test("PEM text is read as keys")
    func pem() throws {
        let answer = try KeySetAnswer(
            judging: KeyFixture.answer(KeyFixture.pem),
            allowsEmpty: false
        )
        #expect(answer.document.keys.entries.count == 1)
    }

    struct Discovery: Sendable {
        let body: String
        let failure: KeySetFailure?
    }

    @Test(
        "a discovery document speaks for its own issuer and names a safe URL",
        arguments: [
            Discovery(
                body: #"{"issuer":"https://id.test","jwks_uri":"https://id.test/keys"}"#,
                failure: nil
            ),
            Discovery(
                body: #"{"issuer":"https://id.test/","jwks_uri":"https://id.test/keys"}"#,
                failure: .discoveryMismatch
            ),
            Discovery(body: #"{"jwks_uri":"https://id.test/keys"}"#, failure: .discoveryMismatch),
            Discovery(body: #"{"issuer":"https://id.test"}"#, failure: .discoveryMalformed),
            Discovery(
                body: #"{"issuer":"https://id.test","jwks_uri":"http://id.test/keys"}"#,
                failure: .discoveryMalformed
            ),
            Discovery(
                body: #"{"issuer":"https://id.test","jwks_uri":"file:///etc/passwd"}"#,
                failure: .discoveryMalformed
            ),
            Discovery(body: "no", failure: .discoveryMalformed),
        ]
    )
    func discovery(_ row: Discovery) throws {
        let document = KeyFixture.answer(row.body)
        let issuer = "https://id.test"
        guard let failure = row.failure else {
            let url = try KeySetAnswer.keySetURL(discoveredIn: document, issuer: issuer)
            #expect(url.description == "https://id.test/keys")
            return
        }
        #expect(throws: failure) {
            try KeySetAnswer.keySetURL(discoveredIn: document, issuer: issuer)
        }
    }
}
