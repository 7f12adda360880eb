import JSON
import NIOHTTP1

@testable import DemoAuthority

/// What an authority answered.
struct Reply: CustomStringConvertible {
    let status: Int
    let headers: HTTPHeaders
    let text: String
    let json: JSONValue

    init(_ response: DemoResponse) {
        self.status = Int(response.status.code)
        self.headers = response.headers
        self.text = String(decoding: response.body, as: UTF8.self)
        let value = try? JSONValue(parsing: response.body, limits: .standard)
        self.json = value ?? .null
    }

    subscript(name: String) -> JSONValue? { self.json[name] }

    /// The stable word of a refusal.
    var code: String? { self.headers.first(name: "x-sb-error-code") }

    /// The status and the word, as tables write them.
    var refusal: String { "\(self.status) \(self.code ?? "")" }

    var description: String { "\(self.status) \(self.text)" }
}
