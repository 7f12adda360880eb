internal import JSON

extension ListenerTLS {
    var document: JSONValue {
        var members: JSONObject = [
            "certificate": .string(self.certificate), "key": .string(self.key),
        ]
        if let authorities = self.clientCA {
            members["client_ca"] = .string(authorities)
            members["client_certificate"] = .string(self.clientCertificate.rawValue)
        }
        members["min_version"] = .string(self.minimumVersion.rawValue)
        return .object(members)
    }
}

extension HTTP2Configuration {
    var document: JSONValue {
        .object([
            "enabled": .bool(self.isEnabled),
            "max_streams": .integer(Int64(self.maximumStreams)),
            "max_resets": .integer(Int64(self.maximumResets)),
            "max_control_frames": .integer(Int64(self.maximumControlFrames)),
        ])
    }
}

extension UpstreamConfiguration {
    /// A URL where that says it all.
    var document: JSONValue {
        if let server = self.servers.first, self == UpstreamConfiguration(servers: [server]) {
            return .string(server.description)
        }
        var members: JSONObject = [
            "servers": .array(self.servers.map { .string($0.description) }),
            "protocol": .string(self.applicationProtocol.rawValue),
            "balance": .string(self.balance.rawValue),
        ]
        if self.tls != UpstreamTLS() { members["tls"] = self.tls.document }
        members["health"] = self.health?.document
        if self.servers.count > 1 { members["ejection"] = self.ejection.document }
        return .object(members)
    }
}

extension UpstreamServer: CustomStringConvertible {
    var description: String {
        switch self.endpoint {
        case .unix: self.endpoint.description
        case .tcp(let host, let port):
            WebOrigin(scheme: self.usesTLS ? .https : .http, host: host, port: port).description
        }
    }
}

extension UpstreamTLS {
    fileprivate var document: JSONValue {
        var members = JSONObject()
        members["ca"] = self.authorities.map { .string($0) }
        members["server_name"] = self.serverName.map { .string($0) }
        members["certificate"] = self.certificate.map { .string($0) }
        members["key"] = self.key.map { .string($0) }
        return .object(members)
    }
}

extension HealthCheck {
    fileprivate var document: JSONValue {
        .object([
            "path": .string(self.path),
            "interval": .duration(self.interval),
            "timeout": .duration(self.timeout),
            "healthy_after": .integer(Int64(self.healthyAfter)),
            "unhealthy_after": .integer(Int64(self.unhealthyAfter)),
        ])
    }
}

extension Ejection {
    fileprivate var document: JSONValue {
        .object(["after": .integer(Int64(self.after)), "for": .duration(self.duration)])
    }
}
