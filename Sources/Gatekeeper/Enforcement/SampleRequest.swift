internal import HTTPMessage

/// A request that never came over a wire, read by the same parser as those that do.
struct SampleRequest {
    /// The head; absent where the proxy would refuse such a request.
    let head: RequestHead?
    /// Why it would.
    let rejection: RequestRejection?

    /// - Parameters:
    ///   - method: the method, byte for byte.
    ///   - target: path and query as a client would send them.
    ///   - host: the Host field; a placeholder stands in where it does not matter.
    init(method: String, target: String, host: String = "sample.invalid") {
        let text = "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n"
        var parser = RequestHeadParser(limit: 64 << 10)
        var head = RequestHead()
        do throws(RequestRejection) {
            let bytes = Array(text.utf8)
            let length = try parser.parse(bytes.span, into: &head)
            // A line break inside method or target would end the head early.
            self.head = length == bytes.count ? head : nil
            self.rejection = length == bytes.count ? nil : .requestLineMalformed
        } catch {
            self.head = nil
            self.rejection = error
        }
    }
}
