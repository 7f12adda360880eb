import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct RedirectCountTests {
    private func count(_ cookie: String) -> RedirectCount {
        RedirectCount(cookie: Array(cookie.utf8))
    }

    @Test("three redirects for a remedy are let happen, each remedy by itself")
    func maximum() {
        #expect(!RedirectCount(cookie: nil).isExhausted(for: .stepUp))
        #expect(!self.count("step-up.2").isExhausted(for: .stepUp))
        #expect(self.count("step-up.3").isExhausted(for: .stepUp))
        #expect(!self.count("step-up.3").isExhausted(for: .enroll))
        #expect(self.count("enroll.1_step-up.3").isExhausted(for: .stepUp))
    }

    @Test("the cookie counts on, and lasts a minute")
    func cookie() {
        let first = RedirectCount(cookie: nil).cookie(counting: .stepUp, isSecure: true)
        #expect(
            first
                == "gatekeeper_bounce=step-up.1; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        )
        let next = self.count("step-up.2_unauthenticated.1").cookie(
            counting: .enroll,
            isSecure: false
        )
        #expect(
            next
                == "gatekeeper_bounce=enroll.1_step-up.2_unauthenticated.1; Path=/; Max-Age=60; "
                + "HttpOnly; SameSite=Lax"
        )
    }

    @Test("handshakes are counted beside the remedies")
    func handshakes() {
        #expect(!self.count("handshake.2").isHandshakeExhausted)
        #expect(self.count("enroll.1_handshake.3").isHandshakeExhausted)
        #expect(!self.count("unauthenticated.3").isHandshakeExhausted)
        let next = self.count("step-up.1_handshake.1").cookieCountingHandshake(isSecure: false)
        #expect(next.hasPrefix("gatekeeper_bounce=step-up.1_handshake.2; "))
        let other = self.count("handshake.2").cookie(counting: .enroll, isSecure: false)
        #expect(other.hasPrefix("gatekeeper_bounce=enroll.1_handshake.2; "))
    }

    @Test(
        "what does not read like a count is none",
        arguments: [
            "", "x", "step-up", "step-up.", "step-up.x", "step-up.-1", "step-up.4", "step-up.1.2",
            "STEP-UP.3", "step-up.99999999999999999999", "_", "step-up=3", "\u{0}",
        ]
    )
    func odd(_ cookie: String) {
        #expect(self.count(cookie) == RedirectCount(cookie: nil))
    }
}
