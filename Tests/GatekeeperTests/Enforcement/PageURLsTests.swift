import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct PageURLsTests {
    private static let publicURL: String = "https://app.example.com"

    private func pages(
        _ items: String,
        publicURL: String? = Self.publicURL,
        parameter: String = "return_to"
    ) throws -> PageURLs {
        let policies = try EnforcementFixture.policies("pages { \(items) }\nadmit anyone")
        return PageURLs(
            pages: policies.pages,
            publicURL: publicURL.flatMap(WebOrigin.init),
            parameter: parameter
        )
    }

    private static let all: String = """
        sign-in /login
        step-up /mfa
        enroll /mfa/setup
        """

    @Test(
        "each remedy has its page, and the sign-in page serves two",
        arguments: [
            (Outcome.stepUp, String?.some("https://app.example.com/mfa?return_to=%2Fx")),
            (.enroll, "https://app.example.com/mfa/setup?return_to=%2Fx"),
            (.unauthenticated, "https://app.example.com/login?return_to=%2Fx"),
            (.reauthenticate, "https://app.example.com/login?return_to=%2Fx&prompt=login"),
            (.deny, nil), (.unavailable, nil), (.allow, nil),
        ]
    )
    func remedies(_ remedy: Outcome, _ expected: String?) throws {
        let traits = ClientTraits(path: "/x")
        #expect(try self.pages(Self.all).location(for: remedy, traits: traits) == expected)
        let none = try self.pages("factors /settings")
        #expect(none.location(for: remedy, traits: traits) == nil)
    }

    @Test("without a public_url a location is relative")
    func relative() throws {
        let pages = try self.pages(Self.all, publicURL: nil)
        let location = pages.location(for: .stepUp, traits: ClientTraits(path: "/x", query: "y"))
        #expect(location == "/mfa?return_to=%2Fx%3Fy")
    }

    @Test("a page on another origin is told where to come back to in full")
    func otherOrigin() throws {
        let page = "sign-in https://id.example.com/sign-in"
        let traits = ClientTraits(path: "/x")
        #expect(
            try self.pages(page).location(for: .unauthenticated, traits: traits)
                == "https://id.example.com/sign-in?return_to=https%3A%2F%2Fapp.example.com%2Fx"
        )
        let blind = try self.pages(page, publicURL: nil)
        #expect(
            blind.location(for: .unauthenticated, traits: traits)
                == "https://id.example.com/sign-in"
        )
    }

    @Test("an absolute page on public_url's own origin is told the path alone")
    func sameOrigin() throws {
        for page in ["https://app.example.com/mfa", "https://app.example.com:443/mfa"] {
            let pages = try self.pages("step-up \(page)")
            let location = pages.location(for: .stepUp, traits: ClientTraits(path: "/x"))
            #expect(location == "\(page)?return_to=%2Fx")
        }
    }

    @Test("a page's own query is kept, and the parameter's name encoded")
    func query() throws {
        let pages = try self.pages(
            "step-up https://id.example.com/mfa?tenant=1",
            parameter: "next[]"
        )
        let location = pages.location(for: .stepUp, traits: ClientTraits(path: "/x"))
        #expect(
            location
                == "https://id.example.com/mfa?tenant=1&next%5B%5D=https%3A%2F%2Fapp.example.com%2Fx"
        )
    }

    @Test("for methods other than GET and HEAD it is the Referer's")
    func referer() throws {
        let pages = try self.pages(Self.all)
        var traits = ClientTraits(
            method: "POST",
            path: "/transfer",
            referer: "https://app.example.com/form?a=1&code=2"
        )
        #expect(
            pages.location(for: .stepUp, traits: traits)
                == "https://app.example.com/mfa?return_to=%2Fform%3Fa%3D1"
        )
        traits.method = "HEAD"
        #expect(
            pages.location(for: .stepUp, traits: traits)
                == "https://app.example.com/mfa?return_to=%2Ftransfer"
        )
    }

    private static let builtin: String = "step-up builtin  enroll builtin  sign-in /login"

    @Test(
        "a page of ours is told the request that cannot be repeated",
        arguments: [
            (ClientTraits(method: "GET", path: "/pay"), "return_to=%2Fpay"),
            (ClientTraits(method: "HEAD", path: "/pay"), "return_to=%2Fpay"),
            (ClientTraits(method: "POST", path: "/pay", query: "a=1"), "for=POST%20%2Fpay"),
            (
                ClientTraits(
                    method: "DELETE",
                    path: "/pay/%C3%A4",
                    referer: "https://app.example.com/form"
                ), "return_to=%2Fform&for=DELETE%20%2Fpay%2F%25C3%25A4"
            ), (ClientTraits(path: "/ws", isUpgrade: true), ""),
        ]
    )
    func demand(_ traits: ClientTraits, _ query: String) throws {
        let pages = try self.pages(Self.builtin)
        for (remedy, word) in [(Outcome.stepUp, "step-up"), (.enroll, "enroll")] {
            let page = "https://app.example.com/.gatekeeper/\(word)"
            #expect(
                pages.location(for: remedy, traits: traits)
                    == (query.isEmpty ? page : "\(page)?\(query)")
            )
        }
        let signIn = try #require(pages.location(for: .unauthenticated, traits: traits))
        #expect(!signIn.contains("for="))
        let own = try self.pages(Self.all).location(for: .stepUp, traits: traits)
        #expect(own?.contains("for=") == false)
    }

    @Test("a demand too long for a URL is left out")
    func longDemand() throws {
        let pages = try self.pages(Self.builtin)
        let room = ReturnTarget.maximumBytes - "POST%20%2F".utf8.count
        for (count, isTold) in [(room, true), (room + 1, false)] {
            let path = "/" + String(repeating: "a", count: count)
            let traits = ClientTraits(method: "POST", path: path)
            let location = try #require(pages.location(for: .stepUp, traits: traits))
            #expect(location.contains("for=") == isTold)
        }
    }

    // Spellings of open redirects, as far as a Referer can carry them.
    @Test(
        "a Referer that is not on public_url's origin, or not canonical, leads nowhere",
        arguments: [
            "https://evil.test/", "http://app.example.com/x", "https://app.example.com:8443/x",
            "https://app.example.com.evil.test/", "https://evil-app.example.com/",
            "https://app.example.com@evil.test/", "https://evil.test/https://app.example.com/",
            "//app.example.com/x", "/x", "", "about:blank", "javascript:alert(1)",
            "https://app.example.com//evil.test/", "https://app.example.com///evil.test",
            "https://app.example.com/\\evil.test", "https://app.example.com/%5Cevil.test",
            "https://app.example.com/%2Fevil.test", "https://app.example.com/%2f%2fevil.test",
            "https://app.example.com/%09/evil.test", "https://app.example.com/\t/evil.test",
            "https://app.example.com/x;y", "https://app.example.com/../..//evil.test",
            "https://app.example.com\\.evil.test/", "https:app.example.com/x",
            "https://app.example.com/x#y", "https://app.example.com/%00",
        ]
    )
    func badReferer(_ referer: String) throws {
        let traits = ClientTraits(method: "POST", path: "/transfer", referer: referer)
        let location = try self.pages(Self.all).location(for: .stepUp, traits: traits)
        #expect(location == "https://app.example.com/mfa")
    }

    @Test("without a public_url no Referer is believed")
    func refererWithoutOrigin() throws {
        let pages = try self.pages(Self.all, publicURL: nil)
        let traits = ClientTraits(method: "POST", path: "/t", referer: "https://app.example.com/x")
        #expect(pages.location(for: .stepUp, traits: traits) == "/mfa")
    }

    @Test("whatever was asked for, a location begins with the page")
    func openRedirects() throws {
        let pages = try self.pages(Self.all)
        for path in [
            "//evil.test", "/\\evil.test", "/@evil.test", "/.evil.test", "/https://evil.test",
        ] {
            for query in [nil, "url=//evil.test", "\r\nLocation: https://evil.test"] {
                let traits = ClientTraits(path: path, query: query)
                let location = try #require(pages.location(for: .stepUp, traits: traits))
                let page = "https://app.example.com/mfa"
                #expect(location.hasPrefix(page))
                let rest = location.dropFirst(page.utf8.count)
                #expect(!rest.contains("/") && !rest.contains("\r") && !rest.contains("\n"))
            }
        }
    }
}
