import PolicyDSL
import Testing

@Suite struct PolicySetTests {
    @Test("the revision is eight hexadecimal digits that formatting does not change")
    func revision() throws {
        let original = try Self.set("policy p { for users on /a, /b require aal2 require totp }")
        let same = try Self.set(
            """
            policy p "With a title" {   # and a comment
                require totp
                require aal2
                on /b, /a
                for users
            }
            """
        )
        #expect(original.revision == same.revision)
        #expect(original.revision.count == 8)
        #expect(original.revision.allSatisfy { $0.isHexDigit && !$0.isUppercase })
    }

    @Test(
        "every change of meaning changes the revision",
        arguments: [
            "policy q { for users require aal2 }", "policy p { for guests require aal2 }",
            "policy p { for users require aal2 confirmed }",
            "policy p { for users require aal2 within 1 hour }", "policy p { for users deny }",
            "policy p { for users on /a require aal2 }",
            "policy p { for users on writes require aal2 }",
            "policy p { for users on any at a.example require aal2 }",
            "policy p { for users except users with id \"i\" require aal2 }",
            "policy p { for users with role \"a\" require aal2 }",
            "policy p { for users require aal2 otherwise deny }",
            "policy p { for users from 2026-01-01 require aal2 }",
            "policy p { for users grace 1 day after creation require aal2 }",
            "policy p { for users mode monitor since 2026-01-01 require aal2 }",
            "policy p { for users require aal2 because \"x\" }",
            "policy p { for users require aal2 } admit users",
            "policy p { for users require aal2 } pages { sign-in /login }",
        ]
    )
    func meaning(_ changed: String) throws {
        let original = try Self.set("policy p { for users require aal2 }")
        #expect(try Self.set(changed).revision != original.revision)
    }

    @Test("the claims a principal has to bring")
    func claimPaths() throws {
        let set = try Self.set(
            """
            policy p { for users with claim b.c "x" except users with claim a "y" deny }
            policy q { for users with claim b.c "z" deny }
            """
        )
        #expect(set.claimPaths == [ClaimPath(["a"]), ClaimPath(["b", "c"])])
    }

    @Test("the hosts that any `at` names")
    func hosts() throws {
        let set = try Self.set(
            "policy p { for users on any at b.example, *.a.example deny } admit users to any at c.example"
        )
        #expect(set.hosts.map(\.description) == ["*.a.example", "b.example", "c.example"])
    }

    @Test(
        "a directory is needed for what only it can answer",
        arguments: [
            ("for users require aal2", false), ("for users require aal2 confirmed", true),
            ("for users require totp or (aal2 confirmed)", true),
            ("for users with a verified factor deny", true),
            ("for users except users created before 2020-01-01 deny", true),
            ("for users grace 1 day after creation require aal2", true),
            ("for users from 2026-01-01 grace 1 day after start require aal2", false),
        ]
    )
    func directory(clause: String, isNeeded: Bool) throws {
        #expect(try Self.set("policy p { \(clause) }").needsDirectory == isNeeded)
    }

    @Test("whether a `for` can name a user on a route")
    func naming() throws {
        let set = try Self.set(
            """
            policy p { for users with role "x" on writes /a deny }
            policy q { for guests on /b deny }
            policy r { for users on /c mode monitor since 2026-01-01 deny }
            """
        )
        let rows = [
            ("GET", "/a", false), ("POST", "/a", true), ("GET", "/b", false), ("GET", "/c", false),
        ]
        for (method, path, expected) in rows {
            let route = set.route(AccessRequest(method: method, path: path, host: .known("h")))
            #expect(set.canName(.user, on: route, at: SeededGenerator.now) == expected)
        }
    }

    @Test("a token prepared for another set is asked again")
    func stalePreparation() throws {
        let old = try Self.set("policy p { for users with role \"x\" deny }")
        let new = try Self.set("policy p { for users with id \"i\" deny }")
        let prepared = old.prepare(Principal(.user, id: "i"))
        let route = new.route(AccessRequest(path: "/", host: .known("h")))
        let now = SeededGenerator.now
        #expect(new.decide(route, prepared, directory: .unknown, now: now).outcome == .deny)
    }

    @Test("policies are found by name, and admissions by class")
    func lookups() throws {
        let set = try Self.set("policy p { for users deny } admit users to /a")
        #expect(set.policy(named: "p")?.name == "p")
        #expect(set.policy(named: "q") == nil)
        let route = set.route(AccessRequest(path: "/a", host: .known("h")))
        #expect(set.admits(.user, on: route))
        #expect(!set.admits(.service, on: route))
    }

    private static func set(_ policies: String) throws -> PolicySet {
        try Scene("", policies, "token", "").setting().set
    }
}
