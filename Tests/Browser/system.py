"""A whole system on loopback: the demo authority, an app, and Gatekeeper with its own pages."""

import base64
import hashlib
import hmac
import http.client
import http.server
import json
import os
import pathlib
import socket
import struct
import subprocess
import tempfile
import threading
import time
import urllib.parse

PROJECT = pathlib.Path(__file__).resolve().parents[2]
BINARIES = PROJECT / ".build" / "debug"
API_KEY = "sb_publishable_demo"
SECRET_KEY = "sb_secret_demo"
PASSWORD = "demo-password"
COOKIE = "sb-127-auth-token"
SECRETS = {
    "ada": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "tess": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    "stan": "KRUGKIDROVUWG2ZAMJZG653OEBTG66BA",
}

POLICY = """\
gatekeeper 1
pages { sign-in /login  step-up builtin  enroll builtin  factors builtin }
admit anyone to reads /, /login, /app
admit users
policy opted-in { for users with a verified factor on /dashboard, /orders/**, /api/** require aal2 }
policy admin {
    for users on /admin/**
    require aal2
    because "Admin pages need a second factor."
}
policy fresh { for users on /fresh/** require aal2 within 3 seconds }
policy payments { for users on writes /payments/** require aal2 }
policy phones-only { for users on /phones/** require sms }
policy keys-only { for users on /keys/** require webauthn }
policy still-there { for users on /confirmed/** require aal2 confirmed }
policy recent { for users on /recent/** require sign-in within 1 second }
policy vault { for users on /vault/** deny }
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def totp(secret, at=None):
    """RFC 6238, as authenticator apps compute it."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at or time.time()) // 30), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def __getitem__(self, name):
        values = self.all(name)
        return values[0] if values else None

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)


def fetch(url, method="GET", headers=None, body=None):
    """One request; nothing is followed."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    target = parts.path or "/"
    if parts.query:
        target += "?" + parts.query
    connection.request(method, target, body=body, headers=headers or {})
    response = connection.getresponse()
    answer = Answer(response.status, response.getheaders(), response.read())
    connection.close()
    return answer


class App(http.server.BaseHTTPRequestHandler):
    """The app behind Gatekeeper: says what it was asked, and by whom."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        path = urllib.parse.urlsplit(self.path).path
        if path == "/app":
            page = SINGLE_PAGE_APP
        else:
            level = self.headers.get("X-Gatekeeper-AAL") or "nobody"
            form = (
                '<form method="post" action="/payments/send"><button>Pay</button></form>'
                if path == "/payments"
                else ""
            )
            page = (
                f'<!doctype html><html lang="en"><title>App</title><h1>{path}</h1>'
                f'<p id="target">{self.path.replace("&", "&amp;")}</p>'
                f'<p id="level">{level}</p><p id="method">{self.command}</p>{form}'
            )
        data = page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_POST = do_HEAD = answer

    def log_message(self, *arguments):
        pass


SINGLE_PAGE_APP = """<!doctype html><html lang="en"><title>App</title><h1>/app</h1><p id="result"></p>
<script>
async function load() {
  const answer = await fetch("/api/orders", {method: "POST", headers: {Accept: "application/json"}});
  const result = document.getElementById("result");
  if (answer.status === 401) {
    const problem = await answer.json();
    location.assign(problem.step_up_uri);
  } else {
    result.textContent = "orders loaded: " + answer.status;
  }
}
load();
</script>"""


class System:
    """Started once for all tests of a file."""

    def __init__(
        self, policy=POLICY, pages="", authority=(), gatekeeper="", secret=False, demo=False
    ):
        self.folder = tempfile.TemporaryDirectory(prefix="gatekeeper-browser-")
        self.processes = []
        folder = pathlib.Path(self.folder.name)
        self.authority = self.start_authority(authority)
        self.app = None
        upstream = self.start_demo_app() if demo else self.start_app()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "decisions.log"
        (folder / "app.policy").write_text(policy)
        (folder / "gatekeeper.yaml").write_text(
            f"""\
listen: 127.0.0.1:{self.port}
admin: 127.0.0.1:{free_port()}
upstream: http://127.0.0.1:{upstream}
public_url: {self.url}
policy: app.policy
issuers:
  - provider: supabase
    url: {self.authority}
    api_key: {API_KEY}
{f'    secret_key: {SECRET_KEY}' if secret else ''}
directory: {{source: issuer}}
pages:
  name: Acme Books
  support: https://help.example.com/lost-device
  factors: [totp, phone]
{pages}
log: {{file: decisions.log}}
routes:
  - {{match: /api/**, answer: challenge}}
{gatekeeper}
"""
        )
        self.output = open(folder / "gatekeeper.out", "w+b")
        self.processes.append(
            subprocess.Popen(
                [BINARIES / "gatekeeper", "serve", "--config", folder / "gatekeeper.yaml"],
                stdout=self.output,
                stderr=self.output,
            )
        )
        self.wait(lambda: fetch(self.url + "/").status == 200)

    def start_app(self):
        self.app = http.server.ThreadingHTTPServer(("127.0.0.1", 0), App)
        threading.Thread(target=self.app.serve_forever, daemon=True).start()
        return self.app.server_port

    def start_demo_app(self):
        """The application that `make run` starts."""
        port = free_port()
        flags = ["--port", str(port), "--url", self.authority, "--factors", "/.gatekeeper/factors"]
        command = [BINARIES / "gatekeeper-demo", "app", *flags]
        self.processes.append(
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
        self.wait(lambda: fetch(f"http://127.0.0.1:{port}/").status == 200)
        return port

    def start_authority(self, flags):
        port = free_port()
        command = [BINARIES / "gatekeeper-demo", "authority", "--port", str(port), *flags]
        self.processes.append(
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
        url = f"http://127.0.0.1:{port}"
        self.wait(lambda: fetch(url + "/outbox.json").status == 200)
        return url

    def wait(self, condition, seconds=30):
        deadline = time.monotonic() + seconds
        while True:
            try:
                if condition():
                    return
            except OSError:
                pass
            for process in self.processes:
                if process.poll() is not None:
                    raise RuntimeError(f"{process.args[0]} ended: {self.written}")
            if time.monotonic() > deadline:
                raise TimeoutError(self.written)
            time.sleep(0.02)

    @property
    def written(self):
        """Everything that Gatekeeper has logged."""
        folder = pathlib.Path(self.folder.name)
        return "".join(
            path.read_text() for path in [folder / "gatekeeper.out", self.log] if path.exists()
        )

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            process.wait(30)
        self.output.close()
        if self.app:
            self.app.shutdown()
            self.app.server_close()
        self.folder.cleanup()

    # The authority, as the app's own client library calls it.

    def auth(self, path, body=None, token=None, method=None):
        headers = {"apikey": API_KEY, "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        method = method or ("GET" if body is None else "POST")
        data = None if body is None else json.dumps(body)
        return fetch(f"{self.authority}/auth/v1/{path}", method, headers, data)

    def sign_in(self, name):
        grant = {"email": f"{name}@example.test", "password": PASSWORD}
        answer = self.auth("token?grant_type=password", grant)
        assert answer.status == 200, answer.text
        return answer.json

    def sign_up(self, name):
        account = {"email": f"{name}@example.test", "password": PASSWORD}
        answer = self.auth("signup", account)
        assert answer.status == 200, answer.text
        return answer.json

    def user(self, session):
        return self.auth("user", token=session["access_token"]).json

    def enroll(self, session, name="App"):
        """A verified authenticator app: its secret, and the session at aal2."""
        token = session["access_token"]
        factor = self.auth(
            "factors", {"factor_type": "totp", "friendly_name": name}, token
        ).json
        secret = factor["totp"]["secret"]
        return secret, factor["id"], self.verify(session, factor["id"], secret)

    def verify(self, session, factor, secret):
        token = session["access_token"]
        challenge = self.auth(f"factors/{factor}/challenge", {}, token).json
        proof = {"challenge_id": challenge["id"], "code": totp(secret)}
        answer = self.auth(f"factors/{factor}/verify", proof, token)
        assert answer.status == 200, answer.text
        return answer.json

    def messages(self, number):
        return [
            message
            for message in fetch(self.authority + "/outbox.json").json
            if message["to"] == number
        ]


def cookies(session, encoding="base64"):
    """The cookies that @supabase/ssr writes for a session."""
    text = json.dumps(session, separators=(",", ":"))
    if encoding == "base64":
        value = "base64-" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    else:
        value = urllib.parse.quote(text, safe="!*'()~")
    if len(value) <= 3180:
        return {COOKIE: value}
    pieces = [value[start : start + 3180] for start in range(0, len(value), 3180)]
    return {f"{COOKIE}.{index}": piece for index, piece in enumerate(pieces)}


def cookie_header(session, encoding="base64"):
    return "; ".join(f"{name}={value}" for name, value in cookies(session, encoding).items())


def session_in(jar):
    """The session that the app's library would read out of a browser's cookies."""
    value = jar.get(COOKIE) or ""
    index = 0
    while not jar.get(COOKIE) and jar.get(f"{COOKIE}.{index}"):
        value += jar[f"{COOKIE}.{index}"]
        index += 1
    if not value:
        return None
    if value.startswith("base64-"):
        value = value.removeprefix("base64-")
        return json.loads(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))
    return json.loads(urllib.parse.unquote(value))


def claims(session):
    payload = session["access_token"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
