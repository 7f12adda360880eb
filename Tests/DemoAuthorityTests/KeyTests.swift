import Foundation
import JSON
import NIOHTTP1
import PolicyDSL
import Testing

@testable import DemoAuthority

/// Two keys, one of which signs.
@Suite struct KeyTests {
    private static func published(_ visitor: Visitor) -> [String] {
        let keys = visitor.ask(.GET, "/.well-known/jwks.json", key: nil)["keys"]?.arrayValue
        return keys?.compactMap { $0["kid"]?.stringValue } ?? []
    }

    @Test func bothArePublishedForTenMinutes() throws {
        let reply = try Visitor().ask(.GET, "/.well-known/jwks.json", key: nil)
        #expect(reply.headers.first(name: "cache-control") == "public, max-age=600")
        let keys = try #require(reply["keys"]?.arrayValue)
        #expect(keys.count == 2)
        for key in keys {
            #expect(key["alg"] == "ES256")
            #expect(key["use"] == "sig")
            #expect(key["key_ops"] == ["verify"])
            #expect(key["d"] == nil)
        }
    }

    @Test func rotatingSignsWithTheOtherAndTrustsBoth() throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        let before = Self.published(visitor)
        #expect(visitor.ask(.POST, "//keys/rotate", key: nil).status == 303)
        #expect(visitor.ask(.GET, "/user").status == 200)
        #expect(Self.published(visitor) == before)
        let old = visitor.access?.prefix { $0 != "." }
        visitor.signIn(.olga)
        #expect(visitor.access?.prefix { $0 != "." } != old)
        #expect(visitor.ask(.GET, "/user").status == 200)
    }

    @Test func renewingEndsTheTrustInTheOther() throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        _ = visitor.ask(.POST, "//keys/rotate", key: nil)
        #expect(visitor.ask(.POST, "//keys/renew", key: nil).status == 303)
        #expect(visitor.ask(.GET, "/user").refusal == "403 bad_jwt")
        #expect(Self.published(visitor).count == 2)
    }

    @Test func pagesOfOthersCannotRotate() throws {
        let visitor = try Visitor()
        let headers: HTTPHeaders = ["Sec-Fetch-Site": "cross-site"]
        #expect(visitor.ask(.POST, "//keys/rotate", key: nil, headers: headers).status == 403)
    }

    @Test func keysAndPeopleOutliveTheProcess() throws {
        let file = "/tmp/authority-\(try RandomText.uuid()).sqlite"
        defer { _ = unsafe unlink(file) }
        let rules = AuthorityRules(url: "http://127.0.0.1:54321")
        let visitor = try Visitor(try Authority(rules: rules, file: file))
        try visitor.authority.seed(at: visitor.now)
        visitor.signIn(.olga)
        let later = try Visitor(try Authority(rules: rules, file: file))
        try later.authority.seed(at: later.now)
        later.access = visitor.access
        #expect(later.ask(.GET, "/user")["email"] == "olga@example.test")
    }
}
