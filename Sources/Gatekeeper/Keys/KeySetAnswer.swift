internal import JSON
internal import NIOCore
internal import TokenVerify

/// A key set and the text it was read from: equal texts are equal sets.
struct KeyDocument: Sendable {
    let keys: JSONWebKeySet
    let text: [UInt8]
}

/// What an answer of a key-set endpoint is worth.
struct KeySetAnswer: Sendable {
    static let maximumBytes = 1 << 20

    let document: KeyDocument
    let lifetime: TimeAmount

    /// Judges an answer as a whole; one bad part refuses all of it.
    ///
    /// - Parameters:
    ///   - answer: What arrived.
    ///   - allowsEmpty: Whether `{"keys":[]}` is normal, as where a shared secret signs.
    /// - Throws: Why the answer is worth nothing.
    init(judging answer: FetchedDocument, allowsEmpty: Bool) throws(KeySetFailure) {
        guard answer.status == 200 else { throw .status(answer.status) }
        self.document = try KeyDocument(reading: answer.body, allowsEmpty: allowsEmpty)
        self.lifetime = CacheLifetime.of(answer.headers)
    }

    /// The key-set URL of an OpenID Connect discovery document for `issuer`.
    static func keySetURL(
        discoveredIn document: FetchedDocument,
        issuer: String
    ) throws(KeySetFailure) -> WebURL {
        guard document.status == 200 else { throw .status(document.status) }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: document.body, limits: .standard)
        } catch {
            throw .discoveryMalformed
        }
        guard let named = value["issuer"]?.stringValue, named.utf8.elementsEqual(issuer.utf8) else {
            throw .discoveryMismatch
        }
        guard let text = value["jwks_uri"]?.stringValue, let url = WebURL(text) else {
            throw .discoveryMalformed
        }
        guard !url.origin.isExposed else { throw .discoveryMalformed }
        return url
    }
}

extension KeyDocument {
    /// Reads a JSON Web Key Set or, as no JSON begins with a dash, PEM text.
    init(reading text: [UInt8], allowsEmpty: Bool) throws(KeySetFailure) {
        let keys: JSONWebKeySet
        do throws(KeySetError) {
            keys =
                text.starts(with: "-----".utf8)
                ? try JSONWebKeySet(pem: text) : try JSONWebKeySet(parsing: text)
        } catch {
            throw .refused(error)
        }
        // A set whose every entry was skipped is no sign that the issuer has no keys.
        let isDeliberatelyEmpty = allowsEmpty && keys.skipped.isEmpty
        guard !keys.isEmpty || isDeliberatelyEmpty else { throw .noUsableKey }
        self.keys = keys
        self.text = text
    }
}
