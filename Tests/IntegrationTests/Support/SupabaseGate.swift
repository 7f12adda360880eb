import Foundation
import HTTPMessage
import JSON
import TokenVerify

extension GateSetup {
    /// A Supabase project whose keys are in a file, with a route of every kind of interest to
    /// cookies.
    static func supabase(
        issuerKeys: [String] = [],
        settings: String = ""
    ) throws -> GateSetup {
        let lines = [
            "provider: supabase", "url: https://abc.supabase.co", "api_key: sb_publishable_demo",
            "jwks: keys.json",
        ]
        let issuer = (lines + issuerKeys).joined(separator: "\n    ")
        var setup = try GateSetup(settings: settings, issuers: "  - \(issuer)")
        setup.issuer.name = "https://abc.supabase.co/auth/v1"
        setup.issuer.audience = "authenticated"
        setup.policy = """
            gatekeeper 1
            pages { sign-in /login  step-up /mfa  enroll /mfa/setup }
            admit anyone to /public/**, /guarded/**
            admit users
            policy guarded { for users on /guarded/** require aal2 }
            """
        return setup
    }
}

/// The session cookie of Supabase's client libraries, in the forms that they have written.
enum SupabaseCookie {
    static let name = "sb-abc-auth-token"

    static func session(_ token: String) -> String {
        JSONValue.object([
            "access_token": .string(token), "token_type": "bearer", "refresh_token": "r",
            "user": ["id": "olga"],
        ]).serialized()
    }

    /// As `base64-` and base64url, the form of today.
    static func encoded(_ token: String) -> String {
        "base64-" + Base64URL.encode(Array(Self.session(token).utf8))
    }

    /// As percent-encoded JSON.
    static func escaped(_ token: String) -> String {
        Self.session(token).addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    /// Cut into chunks: `name.0`, `name.1` and so on.
    static func chunked(_ value: String, into count: Int = 3) -> String {
        let size = (value.utf8.count + count - 1) / count
        let chunks = (0..<count).map { index in
            "\(Self.name).\(index)=\(value.dropFirst(index * size).prefix(size))"
        }
        return chunks.joined(separator: "; ")
    }
}
