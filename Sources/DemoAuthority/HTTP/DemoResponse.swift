package import JSON
package import NIOHTTP1

/// One answer of a demo server.
package struct DemoResponse: Sendable {
    package var status: HTTPResponseStatus
    package var headers: HTTPHeaders
    package var body: [UInt8]

    package init(
        status: HTTPResponseStatus = .ok,
        headers: HTTPHeaders = [:],
        body: [UInt8] = []
    ) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package static func text(
        _ text: String,
        type: String,
        status: HTTPResponseStatus = .ok
    ) -> DemoResponse {
        DemoResponse(
            status: status,
            headers: ["Content-Type": type],
            body: Array(text.utf8)
        )
    }

    package static func html(_ text: String, status: HTTPResponseStatus = .ok) -> DemoResponse {
        .text(text, type: "text/html; charset=utf-8", status: status)
    }

    package static func json(_ text: String, status: HTTPResponseStatus = .ok) -> DemoResponse {
        .text(text, type: "application/json", status: status)
    }

    package static func json(
        _ value: JSONValue,
        status: HTTPResponseStatus = .ok
    ) -> DemoResponse {
        .json(value.serialized(), status: status)
    }

    package static func redirect(to location: String) -> DemoResponse {
        DemoResponse(status: .seeOther, headers: ["Location": location])
    }
}
