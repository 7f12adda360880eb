internal import JSON
package import PolicyDSL

/// A policy set as Envoy's RBAC filters, over the claims that `jwt_authn` has verified.
///
/// One filter admits, the next one denies; both answer 403 and send nobody to a page. A monitor
/// becomes a shadow rule, which Envoy counts and does not enforce.
package struct EnvoyFilters: Sendable {
    private let set: PolicySet
    private let dropsPages: Bool

    /// What keeps a set from being expressed, each at its place.
    package struct Refusal: Error, Sendable {
        package let diagnostics: [Diagnostic]
    }

    /// Expresses a set that is sound; its pages only where `dropsPages` gives them up.
    package init(_ reading: PolicyReading, _ set: PolicySet, dropsPages: Bool) throws(Refusal) {
        let limits = EnvoyLimits(written: WrittenSet(reading), set: set, dropsPages: dropsPages)
        let refusals = limits.refusals
        guard refusals.isEmpty else { throw Refusal(diagnostics: refusals) }
        self.set = set
        self.dropsPages = dropsPages
    }
}

extension EnvoyFilters {
    /// The filters as YAML, to stand behind `jwt_authn` and before the router.
    package var text: String {
        self.header + YAMLText.render(["http_filters": [self.admission, self.restriction]])
    }

    private var header: String {
        let pages = self.set.pages == Pages() ? "" : "# The pages of the set are given up.\n"
        return """
            # Written by `gatekeeper export --to envoy` from revision \(self.set.revision).
            # Before these, `jwt_authn` has to verify tokens with `payload_in_metadata: jwt`, and to let
            # requests without a token pass (`allow_missing`). The connection manager has to bring
            # requests into the form that is compared here: `normalize_path: true`,
            # `merge_slashes: true`, `path_with_escaped_slashes_action: REJECT_REQUEST`,
            # `strip_any_host_port: true` and `strip_trailing_host_dot: true`.
            \(pages)
            """
    }

    private var admission: JSONValue {
        var policies: JSONObject = [:]
        for (index, admit) in self.set.resolved.admits.enumerated() {
            let routes = admit.route.map { [$0] } ?? []
            policies["admit \(index + 1)"] = Self.policy(
                EnvoyPermission.routes(routes),
                EnvoyPrincipal.classes(admit.classes)
            )
        }
        return Self.filter(rules: Self.rules("ALLOW", policies), shadow: nil)
    }

    private var restriction: JSONValue {
        var enforced: JSONObject = [
            "odd token": Self.policy(["any": true], EnvoyPrincipal.oddToken)
        ]
        var watched: JSONObject = [:]
        for policy in self.set.resolved.policies {
            let rule = Self.policy(
                EnvoyPermission.routes(policy.routes),
                EnvoyPrincipal.stopped(by: policy)
            )
            switch policy.mode {
            case .enforce: enforced["policy \(policy.name)"] = rule
            case .monitor: watched["policy \(policy.name)"] = rule
            }
        }
        return Self.filter(
            rules: Self.rules("DENY", enforced),
            shadow: watched.isEmpty ? nil : Self.rules("DENY", watched)
        )
    }

    private static func policy(_ permission: JSONValue, _ principal: JSONValue) -> JSONValue {
        ["permissions": [permission], "principals": [principal]]
    }

    private static func rules(_ action: String, _ policies: JSONObject) -> JSONValue {
        ["action": .string(action), "policies": .object(policies)]
    }

    private static func filter(rules: JSONValue, shadow: JSONValue?) -> JSONValue {
        var configuration: JSONObject = [
            "@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC",
            "rules": rules,
        ]
        configuration["shadow_rules"] = shadow
        return ["name": "envoy.filters.http.rbac", "typed_config": .object(configuration)]
    }
}
