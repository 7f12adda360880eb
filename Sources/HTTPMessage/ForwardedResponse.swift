/// What the client's connection demands of a response.
package struct ResponseForwarding: Equatable, Sendable {
    /// How the body is framed towards the client.
    package var framing: BodyFraming
    package var connection: Connection

    /// The `Connection` field to be written.
    package enum Connection: Equatable, Sendable {
        /// HTTP/1.1 keeps the connection without saying so.
        case silent
        case close
        case keepAlive
        case upgrade
    }

    package init(framing: BodyFraming, connection: Connection) {
        self.framing = framing
        self.connection = connection
    }
}

extension ResponseHead {
    /// Writes this head as it goes to the client, the empty line included.
    package func append(forwarding: ResponseForwarding, to out: inout [UInt8]) {
        out.append("HTTP/1.1 ")
        out.append(decimal: UInt64(self.status))
        out.append(" ")
        out.append(copying: self.bytes.span.extracting(self.reason.indices))
        out.append("\r\n")
        var copy = FieldCopy()
        let source = self.bytes.span
        for field in self.fields where self.passes(field) {
            copy.pass(field, of: source, to: &out)
        }
        copy.flush(source, to: &out)
        self.appendFraming(forwarding.framing, to: &out)
        switch forwarding.connection {
        case .silent: break
        case .close: out.append("Connection: close\r\n")
        case .keepAlive: out.append("Connection: keep-alive\r\n")
        case .upgrade: out.append("Connection: Upgrade\r\nUpgrade: websocket\r\n")
        }
        out.append("\r\n")
    }

    private func passes(_ field: HeadField) -> Bool {
        switch field.known {
        case .connection, .contentLength, .keepAlive, .proxyConnection, .te, .transferEncoding,
            .upgrade, .http2Settings:
            return false
        default:
            guard self.nominatesFields else { return true }
            return !self.bytes.span.nominates(field.name, in: self.fields)
        }
    }

    private func appendFraming(_ framing: BodyFraming, to out: inout [UInt8]) {
        switch framing {
        case .length(let length):
            out.append("Content-Length: ")
            out.append(decimal: length)
            out.append("\r\n")
        case .chunked:
            out.append("Transfer-Encoding: chunked\r\n")
        case .none:
            // RFC 9110 section 8.6: HEAD and 304 may announce the length of what is not sent.
            guard self.status >= 200, self.status != 204 else { return }
            if let length = self.announcedLength {
                out.append("Content-Length: ")
                out.append(decimal: length)
                out.append("\r\n")
            }
        case .untilClose:
            break
        }
    }
}
