import HTTPMessage
import Testing

@Suite struct FieldNameTests {
    private func recognised(_ name: String) throws -> FieldName {
        let head = try #require(try parse(get("/", "\(name): x")))
        return try #require(head.fields.last).known
    }

    @Test(
        "names are recognised in any case",
        arguments: [
            ("Accept", FieldName.accept), ("AUTHORIZATION", .authorization), ("cookie", .cookie),
            ("Content-Type", .contentType), ("Date", .date), ("Expect", .expect),
            ("Forwarded", .forwarded), ("HTTP2-Settings", .http2Settings),
            ("Keep-Alive", .keepAlive), ("Origin", .origin), ("User-Agent", .userAgent),
            ("Proxy-Authenticate", .proxyAuthenticate), ("Referer", .referer),
            ("Proxy-Authorization", .proxyAuthorization), ("Trailer", .trailer),
            ("Proxy-Connection", .proxyConnection), ("Sec-Fetch-Dest", .secFetchDestination),
            ("Sec-Fetch-Mode", .secFetchMode), ("Sec-Fetch-Site", .secFetchSite), ("TE", .te),
            ("TraceParent", .traceParent), ("Upgrade", .upgrade),
            ("Access-Control-Request-Method", .accessControlRequestMethod),
            ("Access-Control-Request-Headers", .accessControlRequestHeaders),
            ("X-Forwarded-For", .xForwardedFor), ("x-forwarded-host", .xForwardedHost),
            ("X-FORWARDED-PROTO", .xForwardedProto), ("X-Forwarded-Prefix", .xForwardedOther),
            ("X-Real-IP", .xRealIP), ("X-Original-URL", .xOriginalURL),
            ("X-Rewrite-URL", .xRewriteURL), ("X-HTTP-Method", .xHTTPMethod),
            ("X-HTTP-Method-Override", .xHTTPMethodOverride), ("Connection", .connection),
            ("X-Method-Override", .xMethodOverride),
            ("X-Middleware-Subrequest", .xMiddlewareSubrequest),
            ("Accep", .other), ("Acceptt", .other), ("X", .other), ("X-Real", .other),
            ("Cookies", .other), ("Z", .other),
        ]
    )
    func names(name: String, expected: FieldName) throws {
        #expect(try self.recognised(name) == expected)
    }

    @Test(
        "identity look-alikes in every spelling an upstream may fold",
        arguments: [
            "X-Gatekeeper-AAL", "x-gatekeeper-aal", "X_Gatekeeper_AAL", "X.Gatekeeper.AAL",
            "X-Gatekeeper_Subject", "x~gatekeeper~class", "X-GATEKEEPER", "X+Gatekeeper-Anything",
            "X-Gatekeeper-",
        ]
    )
    func identity(name: String) throws {
        #expect(try self.recognised(name) == .identity)
    }

    @Test(
        "other spellings of names that vouch are look-alikes",
        arguments: [
            "X_Forwarded_For", "X.Forwarded.Host", "x_real_ip", "X_Original_URL",
            "X_HTTP_Method_Override", "X-Middleware_Subrequest", "X_Forwarded_Prefix",
        ]
    )
    func lookAlikes(name: String) throws {
        #expect(try self.recognised(name) == .lookAlike)
    }

    @Test(arguments: ["X-Gatekeepers", "X-Gatekeeper2-AAL", "Gatekeeper-AAL", "X-Gate-Keeper-AAL"])
    func strangersPass(name: String) throws {
        #expect(try self.recognised(name) == .other)
    }

    @Test func leniencyWordsAreUnique() {
        #expect(Set(Leniency.words.map(\.word)).count == Leniency.words.count)
        for (word, leniency) in Leniency.words {
            #expect(Leniency(word: word) == leniency)
        }
        #expect(Leniency(word: "backslash") == nil)
    }
}
