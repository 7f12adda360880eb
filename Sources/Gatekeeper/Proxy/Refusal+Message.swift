internal import HTTPMessage

extension Refusal {
    /// Writes the answer as one message.
    func append(
        to out: inout [UInt8],
        date: [UInt8],
        isHead: Bool,
        connection: ResponseForwarding.Connection
    ) {
        out.append("HTTP/1.1 ")
        out.append(decimal: UInt64(self.status))
        out.append(" ")
        out.append(Self.reason(of: self.status))
        out.append("\r\n")
        out.append(contentsOf: date)
        out.append(contentsOf: self.fields)
        if self.status >= 200, self.status != 204, self.status != 304 {
            out.append("Content-Length: ")
            out.append(decimal: UInt64(self.body.count))
            out.append("\r\n")
        }
        switch connection {
        case .silent, .upgrade: break
        case .close: out.append("Connection: close\r\n")
        case .keepAlive: out.append("Connection: keep-alive\r\n")
        }
        out.append("\r\n")
        if !isHead { out.append(contentsOf: self.body) }
    }

    /// The reason phrase, which carries no meaning (RFC 9112 section 4) but is read by people.
    private static func reason(of status: UInt16) -> StaticString {
        switch status {
        case 200: "OK"
        case 204: "No Content"
        case 302: "Found"
        case 303: "See Other"
        case 307: "Temporary Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }
}

extension Refusal {
    /// A plain problem document (RFC 9457) for a fault, where nobody writes a better one.
    init(plain fault: ExchangeFault, ticket: ExchangeTicket) {
        var fields = "Content-Type: application/problem+json\r\nCache-Control: no-store\r\n"
        if fault.status == 405 {
            fields += "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n"
        }
        if case .rateLimited(let seconds) = fault { fields += "Retry-After: \(seconds)\r\n" }
        self.init(
            ticket: ticket,
            status: fault.status,
            fields: Array(fields.utf8),
            body: Array(#"{"status":\#(fault.status),"reason":"\#(fault.code)"}"#.utf8)
        )
    }
}
