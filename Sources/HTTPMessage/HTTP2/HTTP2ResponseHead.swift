/// The field section of an HTTP/2 response, rewritten as the HTTP/1.1 head that says the same.
package struct HTTP2ResponseHead {
    private var fields = FieldSection()
    private var status: String?

    package init() {}

    /// Takes the next field of the section, in its order.
    package mutating func append(_ name: String, _ value: String) throws(ResponseRejection) {
        guard !name.utf8.starts(with: ":".utf8) else {
            guard name == ":status", self.status == nil, !self.fields.hasFields else {
                throw .pseudoField
            }
            self.status = value
            return
        }
        do throws(FieldSection.Fault) {
            try self.fields.append(name, value)
        } catch {
            switch error {
            case .name: throw .fieldName
            case .value: throw .fieldValue
            case .connectionField: throw .connectionField
            }
        }
    }

    /// The head as HTTP/1.1 bytes.
    ///
    /// - `isWhole`: whether no data follow.
    /// - `answersHead`: whether the request was a HEAD, whose response has no body.
    package consuming func rewritten(
        isWhole: Bool,
        answersHead: Bool
    ) throws(ResponseRejection) -> [UInt8] {
        guard let status = self.status else { throw .pseudoField }
        let digits = Array(status.utf8)
        // RFC 9113 section 8.6: 101 has no meaning in HTTP/2.
        guard digits.count == 3, digits.allSatisfy(\.isDigit), status != "101" else {
            throw .statusMalformed
        }
        let hasBody = digits[0] != .zero + 1 && status != "204" && status != "304" && !answersHead
        if hasBody, !self.fields.hasLength {
            if isWhole {
                self.fields.write("Content-Length", "0")
            } else {
                self.fields.write("Transfer-Encoding", "chunked")
            }
        }
        return Array("HTTP/1.1 \(status) \r\n".utf8) + self.fields.finished()
    }
}
