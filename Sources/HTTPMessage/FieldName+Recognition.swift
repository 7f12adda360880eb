extension Span where Element == UInt8 {
    /// Which of the special field names the bytes in `range` spell.
    func fieldName(in range: ByteRange) -> FieldName {
        switch self[Int(range.start)] | 0x20 {
        case 0x61: self.fieldNameInA(range)  // a
        case 0x63: self.fieldNameInC(range)  // c
        case 0x70: self.fieldNameInP(range)  // p
        case 0x73: self.fieldNameInS(range)  // s
        case 0x74: self.fieldNameInT(range)  // t
        case 0x78: self.vouchingFieldName(range)  // x
        default: self.remainingFieldName(range)
        }
    }

    private func fieldNameInA(_ range: ByteRange) -> FieldName {
        if self.spells("accept", in: range) { return .accept }
        if self.spells("authorization", in: range) { return .authorization }
        if self.spells("access-control-request-method", in: range) {
            return .accessControlRequestMethod
        }
        if self.spells("access-control-request-headers", in: range) {
            return .accessControlRequestHeaders
        }
        return .other
    }

    private func fieldNameInC(_ range: ByteRange) -> FieldName {
        if self.spells("cookie", in: range) { return .cookie }
        if self.spells("connection", in: range) { return .connection }
        if self.spells("content-type", in: range) { return .contentType }
        if self.spells("content-length", in: range) { return .contentLength }
        return self.certificateName(range)
    }

    private func fieldNameInP(_ range: ByteRange) -> FieldName {
        if self.spells("proxy-connection", in: range) { return .proxyConnection }
        if self.spells("proxy-authorization", in: range) { return .proxyAuthorization }
        if self.spells("proxy-authenticate", in: range) { return .proxyAuthenticate }
        return .other
    }

    private func fieldNameInS(_ range: ByteRange) -> FieldName {
        if self.spells("sec-fetch-site", in: range) { return .secFetchSite }
        if self.spells("sec-fetch-mode", in: range) { return .secFetchMode }
        if self.spells("sec-fetch-dest", in: range) { return .secFetchDestination }
        return .other
    }

    private func fieldNameInT(_ range: ByteRange) -> FieldName {
        if self.spells("te", in: range) { return .te }
        if self.spells("trailer", in: range) { return .trailer }
        if self.spells("traceparent", in: range) { return .traceParent }
        if self.spells("tracestate", in: range) { return .traceState }
        if self.spells("transfer-encoding", in: range) { return .transferEncoding }
        return .other
    }

    private func remainingFieldName(_ range: ByteRange) -> FieldName {
        switch range.count {
        case 4:
            if self.spells("host", in: range) { return .host }
            if self.spells("date", in: range) { return .date }
        case 6:
            if self.spells("origin", in: range) { return .origin }
            if self.spells("expect", in: range) { return .expect }
        case 7:
            if self.spells("referer", in: range) { return .referer }
            if self.spells("upgrade", in: range) { return .upgrade }
        case 9:
            if self.spells("forwarded", in: range) { return .forwarded }
        case 10:
            if self.spells("user-agent", in: range) { return .userAgent }
            if self.spells("keep-alive", in: range) { return .keepAlive }
        case 14:
            if self.spells("http2-settings", in: range) { return .http2Settings }
        default:
            break
        }
        return .other
    }

    /// Names that an upstream believes because a proxy is supposed to have set them.
    ///
    /// Recognised in every spelling that an upstream may fold to them; a spelling other than the
    /// real one is a look-alike, which never passes.
    private func vouchingFieldName(_ range: ByteRange) -> FieldName {
        if self.hasFoldedPrefix("x-gatekeeper", in: range) { return self.identityName(range) }
        let name = self.foldedVouchingName(range)
        guard name != .other else { return .other }
        for index in range.indices where !self[index].isAlphanumeric && self[index] != .hyphen {
            return .lookAlike
        }
        return name
    }

    // RFC 9440 section 2.4: no other spelling may reach an application that folds names.
    private func certificateName(_ range: ByteRange) -> FieldName {
        if self.spells("client-cert", in: range) { return .clientCertificate }
        if self.spells("client-cert-chain", in: range) { return .clientCertificate }
        let isFolded =
            self.spellsFolded("client-cert", in: range)
            || self.spellsFolded("client-cert-chain", in: range)
        return isFolded ? .lookAlike : .other
    }

    private func identityName(_ range: ByteRange) -> FieldName {
        let after = Int(range.start) + 12
        guard after < Int(range.end) else { return .identity }
        return self[after].isAlphanumeric ? .other : .identity
    }

    private func foldedVouchingName(_ range: ByteRange) -> FieldName {
        if self.hasFoldedPrefix("x-forwarded", in: range) { return self.forwardedName(range) }
        switch range.count {
        case 9 where self.spellsFolded("x-real-ip", in: range): return .xRealIP
        case 13 where self.spellsFolded("x-rewrite-url", in: range): return .xRewriteURL
        case 13 where self.spellsFolded("x-http-method", in: range): return .xHTTPMethod
        case 14 where self.spellsFolded("x-original-url", in: range): return .xOriginalURL
        case 17 where self.spellsFolded("x-method-override", in: range): return .xMethodOverride
        case 22 where self.spellsFolded("x-http-method-override", in: range):
            return .xHTTPMethodOverride
        case 23 where self.spellsFolded("x-middleware-subrequest", in: range):
            return .xMiddlewareSubrequest
        default: return .other
        }
    }

    private func forwardedName(_ range: ByteRange) -> FieldName {
        if self.spellsFolded("x-forwarded-for", in: range) { return .xForwardedFor }
        if self.spellsFolded("x-forwarded-host", in: range) { return .xForwardedHost }
        if self.spellsFolded("x-forwarded-proto", in: range) { return .xForwardedProto }
        return .xForwardedOther
    }
}

extension FieldName {
    /// The leniency under which a name that overrides the judged request may pass; nil for others.
    var overrideLeniency: Leniency? {
        switch self {
        case .xOriginalURL: .originalURL
        case .xRewriteURL: .rewriteURL
        case .xHTTPMethod: .httpMethod
        case .xHTTPMethodOverride: .httpMethodOverride
        case .xMethodOverride: .methodOverride
        case .xMiddlewareSubrequest: .middlewareSubrequest
        case .other, .accept, .accessControlRequestHeaders, .accessControlRequestMethod,
            .authorization, .clientCertificate, .connection, .contentLength, .contentType, .cookie,
            .date, .expect,
            .forwarded, .host, .keepAlive, .origin, .proxyAuthenticate, .proxyAuthorization,
            .proxyConnection, .referer, .secFetchDestination, .secFetchMode, .secFetchSite, .te,
            .traceParent, .traceState, .trailer, .transferEncoding, .upgrade, .userAgent,
            .xForwardedFor,
            .xForwardedHost, .xForwardedProto, .xForwardedOther, .xRealIP, .identity, .lookAlike,
            .http2Settings:
            nil
        }
    }
}
