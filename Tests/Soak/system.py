"""What runs during a soak: keys and tokens, Gatekeeper itself, and its clock."""

import base64
import datetime
import json
import os
import pathlib
import resource
import signal
import ssl
import struct
import subprocess
import time
import urllib.request

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

DAY = 86_400

POLICIES = [
    f"gatekeeper 1\nadmit users\nadmit anyone to reads /public/**\n"
    f"policy second-{number} {{ for users on /admin/** require aal2 }}\n"
    for number in (1, 2)
]

CONFIGURATION = """listen: 127.0.0.1:{port}
admin: 127.0.0.1:{admin}
upstream:
  servers: [{servers}]
  ejection: {{after: 1000, for: 1s}}
policy: set.policy
issuers:
  - {{provider: static, issuer: https://issuer.example.com, audience: [api], jwks: keys.json}}
log: {{file: {log}}}
limits: {{response_timeout: 10s, idle_timeout: 1h, drain_timeout: 30s, header_read_timeout: 20s}}
{more}
"""


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Keys:
    def __init__(self, folder):
        self.private = ec.generate_private_key(ec.SECP256R1())
        numbers = self.private.public_key().public_numbers()
        key = {
            "kty": "EC", "alg": "ES256", "use": "sig", "kid": "soak", "crv": "P-256",
            "x": encode(numbers.x.to_bytes(32, "big")), "y": encode(numbers.y.to_bytes(32, "big")),
        }
        (folder / "keys.json").write_text(json.dumps({"keys": [key]}))

    def token(self, subject, begins, ends):
        now = int(time.time())
        claims = {
            "iss": "https://issuer.example.com", "aud": "api", "sub": subject,
            "iat": now + begins, "exp": now + ends, "role": "authenticated", "aal": "aal1",
            "amr": [{"method": "password", "timestamp": now + begins}],
            "session_id": f"session-{subject}",
        }
        parts = [json.dumps(part).encode() for part in ({"alg": "ES256", "kid": "soak"}, claims)]
        signed = ".".join(encode(part) for part in parts).encode()
        r, s = utils.decode_dss_signature(self.private.sign(signed, ec.ECDSA(hashes.SHA256())))
        return (signed + b"." + encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).encode()).decode()


def write_certificate(folder):
    """A certificate of its own authority, and what a client needs to believe it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "app.example")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=40))
        .not_valid_after(now + datetime.timedelta(days=40))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("app.example")]), False)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    (folder / "tls.crt").write_bytes(certificate.public_bytes(encoding))
    (folder / "tls.key").write_bytes(
        key.private_bytes(
            encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def client_context(folder, protocol):
    context = ssl.create_default_context(cafile=folder / "tls.crt")
    context.check_hostname = False
    context.set_alpn_protocols([protocol])
    return context


class Clock:
    """The wall clock of the processes under test."""

    def __init__(self, folder):
        self.file = folder / "clock"
        self.source = pathlib.Path(__file__).with_name("clock.c")
        self.library = folder / "clock.so"
        self.file.write_bytes(struct.pack("q", 0))
        self.offset = 0
        subprocess.run(
            ["cc", "-O2", "-shared", "-fPIC", "-o", self.library, self.source], check=True
        )

    @property
    def environment(self):
        return {"LD_PRELOAD": str(self.library), "SOAK_CLOCK": str(self.file)}

    def jump(self, offset):
        self.offset = offset
        with open(self.file, "r+b") as file:
            file.write(struct.pack("q", offset))


class Gatekeeper:
    """One process under test."""

    def __init__(
        self, name, folder, binary, port, clock, upstreams, log, more="", descriptors=None
    ):
        self.name = name
        self.folder = folder
        self.port = port
        self.admin = port + 1
        self.log = log
        config = folder / f"{name}.yaml"
        config.write_text(
            CONFIGURATION.format(
                port=port, admin=self.admin, log=log, more=more,
                servers=", ".join(f"http://127.0.0.1:{upstream}" for upstream in upstreams),
            )
        )
        self.errors = folder / f"{name}.errors"
        with open(self.errors, "w") as errors:
            self.process = subprocess.Popen(
                [binary, "serve", "--config", config], stdout=errors, stderr=errors,
                env={**os.environ, **clock.environment},
                preexec_fn=lambda: self.bound(descriptors),
            )
        self.pid = self.process.pid

    @staticmethod
    def bound(descriptors):
        if descriptors is not None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))

    def wait_until_ready(self):
        for _ in range(300):
            try:
                if self.ask("/readyz"):
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"{self.name} does not get ready; see {self.errors}")

    def ask(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}{path}", timeout=10) as answer:
            return answer.read().decode()

    def metric(self, name):
        lines = [line for line in self.ask("/metrics").splitlines() if line.startswith(name)]
        return sum(float(line.rpartition(" ")[2]) for line in lines)

    @property
    def is_running(self):
        return self.process.poll() is None

    @property
    def memory(self):
        """Resident bytes."""
        with open(f"/proc/{self.pid}/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize()

    @property
    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def hang_up(self, times):
        for _ in range(times):
            self.process.send_signal(signal.SIGHUP)
            time.sleep(0.004)
