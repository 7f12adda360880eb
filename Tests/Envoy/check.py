"""Asks Envoy, behind the exported filters, what the policies of `sample.policy` decide."""

import base64
import hashlib
import hmac
import http.client
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

import yaml

EXTENSIONS = "type.googleapis.com/envoy.extensions.filters."
KEY = b"k" * 32


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(**claims):
    header = json.dumps({"alg": "HS256", "kid": "a"}).encode()
    text = f"{encoded(header)}.{encoded(json.dumps({'iss': 't', **claims}).encode())}"
    return f"{text}.{encoded(hmac.new(KEY, text.encode(), hashlib.sha256).digest())}"


def configuration(filters, port):
    keys = {"keys": [{"kty": "oct", "kid": "a", "alg": "HS256", "k": encoded(KEY)}]}
    issuer = {
        "issuer": "t",
        "payload_in_metadata": "jwt",
        "local_jwks": {"inline_string": json.dumps(keys)},
    }
    either = {"requirements": [{"provider_name": "t"}, {"allow_missing": {}}]}
    tokens = {
        "name": "envoy.filters.http.jwt_authn",
        "typed_config": {
            "@type": EXTENSIONS + "http.jwt_authn.v3.JwtAuthentication",
            "providers": {"t": issuer},
            "rules": [{"match": {"prefix": "/"}, "requires": {"requires_any": either}}],
        },
    }
    router = {
        "name": "envoy.filters.http.router",
        "typed_config": {"@type": EXTENSIONS + "http.router.v3.Router"},
    }
    routes = [{"match": {"prefix": "/"}, "direct_response": {"status": 200}}]
    manager = {
        "@type": EXTENSIONS
        + "network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "check",
        "normalize_path": True,
        "merge_slashes": True,
        "path_with_escaped_slashes_action": "REJECT_REQUEST",
        "strip_any_host_port": True,
        "strip_trailing_host_dot": True,
        "upgrade_configs": [{"upgrade_type": "websocket"}],
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": routes}]},
        "http_filters": [tokens, *filters, router],
    }
    chain = {"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}
    address = {"socket_address": {"address": "127.0.0.1", "port_value": port}}
    listener = {"name": "check", "address": address, "filter_chains": [{"filters": [chain]}]}
    return {"static_resources": {"listeners": [listener]}}


def rows():
    user = {"sub": "u", "role": "authenticated"}
    plain, strong = token(**user), token(aal="aal2", **user)
    reader = token(sub="u", role="readonly")
    glass = lambda value: token(app_metadata={"role": value}, **user)
    return [
        ("GET", "/health", "x", None, 200),
        ("POST", "/health", "x", None, 403),
        ("GET", "/assets/a/b", "x", None, 200),
        ("GET", "/assetsandmore", "x", None, 403),
        ("GET", "/other", "x", None, 403),
        ("GET", "/other", "x", "a.b.c", 401),
        ("GET", "/other", "x", plain, 200),
        ("GET", "/admin", "x", plain, 403),
        ("GET", "/admin/", "x", plain, 403),
        ("GET", "/admin/x", "x", strong, 200),
        ("GET", "/administrator", "x", plain, 200),
        ("GET", "/%61dmin/x", "x", plain, 403),
        ("GET", "//admin//x", "x", plain, 403),
        ("GET", "/x/../admin", "x", plain, 403),
        ("GET", "/x%2fadmin", "x", plain, 400),
        ("GET", "/admin", "x", glass("break-glass"), 200),
        ("GET", "/admin", "x", glass(["a", "break-glass"]), 200),
        ("GET", "/admin", "x", glass(3), 403),
        ("GET", "/other", "x", token(sub="u", role="anon", aal="aal2"), 403),
        ("GET", "/other", "x", token(sub="u", role="service_role"), 403),
        ("GET", "/other", "x", token(is_anonymous=True, **user), 403),
        ("GET", "/other", "x", token(is_anonymous="true", **user), 403),
        ("GET", "/other", "x", token(is_anonymous=False, **user), 200),
        ("GET", "/other", "x", token(aal="AAL2", **user), 403),
        ("GET", "/other", "x", token(aal=3, **user), 403),
        ("GET", "/other", "x", token(sub="a b"), 403),
        ("POST", "/a/1/b", "x", reader, 403),
        ("GET", "/a/1/b", "x", reader, 200),
        ("PROPFIND", "/a/1/b", "x", reader, 403),
        ("POST", "/a/1/2/b", "x", reader, 200),
        ("GET", "/h", "www.example.com", plain, 403),
        ("GET", "/h", "WWW.example.com:81", plain, 403),
        ("GET", "/h", "www.example.com.", plain, 403),
        ("GET", "/h", "example.com", plain, 200),
        ("GET", "/w/1", "x", plain, 200),
        # An upgrade is a write as well.
        ("UPGRADE", "/a/1/b", "x", reader, 403),
    ]


def ask(port, method, path, host, bearer):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.putrequest("GET" if method == "UPGRADE" else method, path, skip_host=True)
    connection.putheader("Host", host)
    if bearer:
        connection.putheader("Authorization", f"Bearer {bearer}")
    if method == "UPGRADE":
        connection.putheader("Connection", "Upgrade")
        connection.putheader("Upgrade", "websocket")
    connection.endheaders()
    return connection.getresponse().status


def wait(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("Envoy does not listen")


def main(gatekeeper, policy):
    command = [gatekeeper, "export", "--to", "envoy", policy]
    exported = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "envoy.yaml"
        filters = yaml.safe_load(exported)["http_filters"]
        file.write_text(yaml.safe_dump(configuration(filters, port)))
        envoy = ["envoy", "-c", str(file), "--log-level", "warning", "--disable-hot-restart"]
        subprocess.run([*envoy, "--mode", "validate"], check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen([*envoy, "--concurrency", "1"])
        try:
            wait(port)
            table = rows()
            wrong = [row for row in table if ask(port, *row[:4]) != row[4]]
        finally:
            server.terminate()
            server.wait()
    for method, path, host, bearer, status in wrong:
        print(f"{method} {path} at {host} is not {status}: {bearer}", file=sys.stderr)
    print(f"{len(table) - len(wrong)} passed, {len(wrong)} failed")
    sys.exit(1 if wrong else 0)


main(*sys.argv[1:])
