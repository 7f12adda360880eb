import HTTPMessage
import JSON
import PolicyDSL
import TokenVerify

@testable import Gatekeeper

/// Claims and requests at one moment, the moment at which these tests take place.
enum IdentityFixture {
    /// 2026-09-21T14:13:20Z.
    static let now = Instant(microseconds: 1_790_000_000_000_000)

    /// `seconds` before now; negative ones lie ahead.
    static func ago(_ seconds: Int64) -> Instant {
        Instant(microseconds: Self.now.microseconds - seconds * 1_000_000)
    }

    static func claims(_ json: String) throws -> ClaimsSet {
        try ClaimsSet(unverified: Array(json.utf8))
    }

    static func caller(
        _ json: String,
        _ profile: ProviderProfile = .supabase,
        paths: [ClaimPath] = []
    ) throws -> Caller {
        try Caller(claims: Self.claims(json), profile: profile, paths: paths, now: Self.now)
    }

    /// The code with which the claims are refused, or nil.
    static func refusal(_ json: String, _ profile: ProviderProfile = .supabase) throws -> String? {
        let claims = try Self.claims(json)
        do throws(CallerRejection) {
            _ = try Caller(claims: claims, profile: profile, paths: [], now: Self.now)
            return nil
        } catch {
            return error.code
        }
    }

    /// A head whose fields are `fields`, behind a Host.
    static func head(
        _ fields: String...,
        request: String = "GET /"
    ) throws -> RequestHead {
        try Self.head(fields, request: request)
    }

    static func head(_ fields: [String], request: String = "GET /") throws -> RequestHead {
        let lines = (["Host: app.example.com"] + fields).map { $0 + "\r\n" }.joined()
        var parser = RequestHeadParser(limit: 64 << 10)
        var head = RequestHead()
        let bytes = Array("\(request) HTTP/1.1\r\n\(lines)\r\n".utf8)
        guard try parser.parse(bytes.span, into: &head) == bytes.count else {
            throw RequestRejection.requestLineMalformed
        }
        return head
    }

    static func cookies(_ pairs: (String, String)...) -> [Cookie] {
        pairs.map { Cookie(name: $0.0, value: Array($0.1.utf8)) }
    }
}
