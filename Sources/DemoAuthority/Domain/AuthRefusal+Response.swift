internal import JSON
internal import NIOHTTP1

extension AuthRefusal {
    /// The answer in the shape of the API version that the client asks for.
    func response(version: String?, announcesRetryAfter: Bool = false) -> DemoResponse {
        let isNew = version.map { $0 >= Self.firstVersion } ?? false
        var body = isNew ? self.newBody : self.oldBody
        if self.code == "weak_password" { body["weak_password"] = ["reasons": ["length"]] }
        var response = DemoResponse.json(
            .object(body),
            status: HTTPResponseStatus(statusCode: self.status)
        )
        response.headers.add(name: "x-sb-error-code", value: self.code)
        if isNew { response.headers.add(name: "x-supabase-api-version", value: Self.firstVersion) }
        if announcesRetryAfter, let seconds = self.retryAfter {
            response.headers.add(name: "Retry-After", value: "\(seconds)")
        }
        return response
    }

    private static let firstVersion = "2024-01-01"

    private var newBody: JSONObject {
        ["code": .string(self.code), "message": .string(self.message)]
    }

    private var oldBody: JSONObject {
        [
            "code": .integer(Int64(self.status)), "error_code": .string(self.code),
            "msg": .string(self.message),
        ]
    }
}
