import ArgumentParser
import JSON
import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct CheckOptionsTests {
    @Test(
        "an assurance mapping is spelled as claim, values and maybe a time",
        arguments: [
            ("claim=acr,aal2=gold", true), ("claim=acr,aal2=gold,aal2=silver,age=auth_time", true),
            ("aal2=gold,claim=a.b", true), ("claim=acr,aal2=urn:x=y", true),
            ("", false), ("claim=acr", false), ("aal2=gold", false), ("claim=,aal2=x", false),
            ("claim=acr,aal2=", false), ("claim=acr,aal2=x,what=y", false), ("acr,gold", false),
        ]
    )
    func assurance(_ text: String, _ isGood: Bool) {
        #expect((AssuranceArgument(argument: text) != nil) == isGood)
    }

    @Test("the parts of a mapping are kept as written")
    func parts() throws {
        let argument = try #require(
            AssuranceArgument(argument: "claim=app.acr,aal2=gold,aal2=silver,age=auth_time")
        )
        #expect(argument.mapping.claim == ClaimPath(["app", "acr"]))
        #expect(argument.mapping.aal2 == ["gold", "silver"])
        #expect(argument.mapping.age == ClaimPath(["auth_time"]))
    }

    @Test(
        "flags that contradict each other are refused",
        arguments: [
            [], ["--policy", "p", "--config", "c"],
            ["--policy", "p", "--token", "t", "--claims", "c"],
            ["--policy", "p", "--jwks", "j", "--secret", "s"],
            ["--policy", "p", "--preset", "okta", "--assurance", "claim=a,aal2=b"],
            ["--policy", "p", "--preset", "what"], ["--policy", "p", "--provider", "what"],
            ["--policy", "p", "--at", "soon"], ["--policy", "p", "--batch", "b", "--tokens", "t"],
            ["--policy", "p", "--tokens", "t", "--claims", "c"],
        ]
    )
    func contradictions(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try CheckCommand.parse(arguments) }
    }

    @Test("the provider is supabase unless named, and oidc has to be spelled out")
    func profile() throws {
        func profile(_ arguments: String...) throws -> ProviderProfile {
            try CheckCommand.parse(["--policy", "p"] + arguments).options.profile()
        }
        #expect(try profile() == .supabase)
        #expect(try profile("--provider", "static") == .supabase)
        #expect(try profile("--provider", "clerk") == .clerk())
        #expect(
            try profile("--provider", "oidc", "--preset", "okta")
                == .openIDConnect(OIDCPreset.okta.assurance)
        )
        #expect(throws: CommandFailure.self) { try profile("--provider", "oidc") }
    }

    @Test("a request is a method and a target")
    func request() throws {
        let options = try CheckCommand.parse(["--policy", "p", "--request", "POST /a?b=c"]).options
        let sample = try options.sample()
        #expect(sample.method == "POST")
        #expect(sample.target == "/a?b=c")
        #expect(sample.provider == nil)
        let bad = try CheckCommand.parse(["--policy", "p", "--request", "/a"]).options
        #expect(throws: CommandFailure.self) { try bad.sample() }
    }

    @Test("`--user none` is a user whom the directory does not know, absent is Unknown")
    func user() throws {
        #expect(try SampleUser.read(nil, at: CommandFixture.now) == .unknown)
        #expect(try SampleUser.read("none", at: CommandFixture.now) == .refused(.userNotFound))
        #expect(
            try SampleUser.answer(.null, at: CommandFixture.now, place: "")
                == .refused(.userNotFound)
        )
        #expect(throws: CommandFailure.self) {
            try SampleUser.answer([], at: CommandFixture.now, place: "`user`")
        }
        let banned = try CommandFixture.user(#"{"banned_until":"2999-01-01T00:00:00Z"}"#)
        #expect(banned == .refused(.userBanned))
        let once = try CommandFixture.user(#"{"banned_until":"2020-01-01T00:00:00Z"}"#)
        #expect(once != .refused(.userBanned))
    }

    @Test("a file of requests has one a line, with comments")
    func requests() throws {
        let text = "GET /a\r\n\n# note\nPOST\t/b\n"
        let found = try SampleFolder.requests(nil, default: text)
        #expect(found.map(\.method) == ["GET", "POST"])
        #expect(found.map(\.target) == ["/a", "/b"])
        #expect(throws: CommandFailure.self) { try SampleFolder.requests(nil, default: "GET") }
        #expect(throws: CommandFailure.self) { try SampleFolder.requests(nil, default: "GET /a b") }
    }

    @Test("the exit codes are fixed")
    func exitCodes() {
        let codes: [Gatekeeper.ExitStatus] = [
            .fine, .failed, .refused, .invalid, .findings, .testsFailed,
        ]
        #expect(codes.map(\.rawValue) == [0, 1, 2, 3, 4, 5])
        #expect(CommandFailure("x").status == .failed)
    }
}
