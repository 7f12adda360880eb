"""Runs Gatekeeper for a while with everything going wrong around it, and says whether it minded.

    Tests/Soak/run [--seconds 900] [--idle 10000] [--active 2000]

Every response is checked against the nonce of its own request. The end is 1 when a process ended
by itself, a response was lost or crossed, memory grew, or a fault was never injected.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import random
import resource
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request

import clients
from faults import UPSTREAM
from system import DAY, POLICIES, Clock, Gatekeeper, Keys, write_certificate

ROOT = pathlib.Path(__file__).resolve().parents[2]
MEGABYTE = 1 << 20


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Worker:
    """A process of ours and what it has told."""

    def __init__(self, target, *arguments):
        self.pipe, other = multiprocessing.Pipe(duplex=False)
        self.process = multiprocessing.Process(
            target=target, args=[other if one is Worker else one for one in arguments]
        )
        self.process.start()
        other.close()
        self.counts, self.failures = {}, []

    def listen(self):
        try:
            while self.pipe.poll():
                self.counts, self.failures = self.pipe.recv()
        except EOFError:
            pass

    def finish(self, seconds):
        """Waits for the end; false when it did not come."""
        end = time.time() + seconds
        while self.process.is_alive() and time.time() < end:
            self.listen()
            time.sleep(0.1)
        self.listen()
        if self.process.is_alive():
            self.process.kill()
            return False
        return self.process.exitcode == 0


class Soak:
    def __init__(self, options):
        self.options = options
        self.folder = ROOT / ".build/soak"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.stop = multiprocessing.Event()
        self.stop_upstream = multiprocessing.Event()
        self.counts = {}
        self.failures = []
        self.samples = []
        self.workers = []
        self.random = random.Random(options.seed)
        self.rotations = 0

    def count(self, name, number=1):
        self.counts[name] = self.counts.get(name, 0) + number

    def fail(self, text):
        if len(self.failures) < 40:
            self.failures.append(text)
        print(f"FAILED: {text}", flush=True)

    # Beginning.

    def adapt(self):
        """Fits the number of connections to what this machine lets a process have open."""
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        if hard == resource.RLIM_INFINITY:
            hard = 1 << 20
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 1 << 20), hard))
        # The process without TLS holds four fifths, and connections upstream besides.
        room = hard - 1_000 - self.options.active * 2
        if self.options.idle > room:
            print(f"only {hard} descriptors are allowed: {room} idle connections")
            self.options.idle = max(0, room)
        print(
            f"{self.options.seconds} s, {self.options.idle} idle and {self.options.active} active "
            f"connections, {hard} descriptors, seed {self.options.seed}", flush=True
        )

    def begin(self):
        write_certificate(self.folder)
        keys = Keys(self.folder)
        self.token = keys.token("ada", -40 * DAY, 40 * DAY)
        # Good for half a day: a clock that is a day ahead refuses it.
        self.brief_token = keys.token("bob", -40 * DAY, DAY // 2)
        (self.folder / "set.policy").write_text(POLICIES[0])
        self.clock = Clock(self.folder)
        *upstreams, nobody = free_ports(4)
        self.upstream = Worker(
            clients.serve, upstreams, self.stop_upstream, Worker, self.options.break_nonces
        )
        binary = self.options.binary
        # Nobody listens on the last port: what is sent there has to find another way.
        servers = [*upstreams, nobody]
        self.plain = self.start("plain", binary, servers, "decisions.jsonl")
        self.tls = self.start(
            "tls", binary, servers, "/dev/full", "tls: {certificate: tls.crt, key: tls.key}"
        )
        self.small = self.start("small", binary, servers, "small.jsonl", descriptors=256)
        self.gatekeepers = [self.plain, self.tls, self.small]
        for gatekeeper in self.gatekeepers:
            gatekeeper.wait_until_ready()

    def start(self, name, binary, servers, log, more="", descriptors=None):
        for _ in range(20):
            port = free_ports(1)[0]
            try:
                socket.create_server(("127.0.0.1", port + 1)).close()
                break
            except OSError:
                continue
        return Gatekeeper(name, self.folder, binary, port, self.clock, servers, log, more, descriptors)

    def work(self, way, name, count, protocol="http/1.1", stop=None, **more):
        job = {
            "way": way, "name": name, "count": count, "protocol": protocol, "token": self.token,
            "folder": self.folder, "ports": [self.plain.port, self.tls.port],
            "seed": f"{self.options.seed}-{name}", "pace": self.options.pace, **more,
        }
        worker = Worker(clients.main, job, stop or self.stop, Worker)
        self.workers.append(worker)
        return worker

    # The faults that happen to the processes.

    def hang_up(self):
        """SIGHUP many times, with the policies changed and the log moved away."""
        policy = self.random.choice(POLICIES)
        (self.folder / "set.policy").write_text(policy)
        self.rotations += 1
        log = self.folder / "decisions.jsonl"
        if log.exists():
            log.rename(self.folder / f"decisions.{self.rotations}.jsonl")
        for gatekeeper in self.gatekeepers:
            gatekeeper.hang_up(20)
            self.count("SIGHUP", 20)

    def jump(self):
        """Lets the wall clock jump, and asks whether it did."""
        offset = self.random.choice([other for other in (0, DAY, -DAY) if other != self.clock.offset])
        self.clock.jump(offset)
        self.count("clock jumps")
        time.sleep(0.1)
        expected = 401 if offset == DAY else 200
        status = self.probe(self.brief_token)
        if status != expected:
            self.fail(f"the clock is {offset} s off, and a token of half a day gets {status}")

    def probe(self, token):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.plain.port}/probe",
            headers={"Authorization": f"Bearer {token}", "X-Nonce": "probe"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError as error:
            return repr(error)

    def crowd(self):
        """More clients at once than one process may have descriptors."""
        self.count("crowds")
        self.work("crowd", f"crowd{self.counts['crowds']}", 500, ports=[self.small.port] * 2)

    # The whole time.

    def watch(self, began, end):
        """Lets things happen until the time is over."""
        seconds = end - began
        due = {"hang_up": began + 4, "jump": began + 6, "sample": began, "crowd": began + 8}
        while time.time() < end:
            now = time.time()
            for gatekeeper in self.gatekeepers:
                if not gatekeeper.is_running:
                    self.fail(f"{gatekeeper.name} ended: {gatekeeper.process.returncode}")
                    return False
            if due["crowd"] <= now:
                due["crowd"] = now + max(15, seconds / 12)
                self.crowd()
            if due["hang_up"] <= now:
                due["hang_up"] = now + max(3, min(10, seconds / 20))
                self.hang_up()
            if due["jump"] <= now:
                due["jump"] = now + max(5, min(20, seconds / 12))
                self.jump()
            if due["sample"] <= now:
                due["sample"] = now + max(2, seconds / 60)
                self.sample(now - began)
            for worker in self.workers:
                worker.listen()
            time.sleep(0.2)
        return True
    def sample(self, elapsed):
        memory = [gatekeeper.memory for gatekeeper in self.gatekeepers]
        open_files = [gatekeeper.descriptors for gatekeeper in self.gatekeepers]
        requests = sum(worker.counts.get("requests", 0) for worker in self.workers)
        failures = sum(worker.counts.get("failures", 0) for worker in self.workers)
        self.samples.append((elapsed, *memory))
        print(
            f"{elapsed:6.0f} s  plain {memory[0] / MEGABYTE:6.1f} MB {open_files[0]:6d} open"
            f"  tls {memory[1] / MEGABYTE:6.1f} MB {open_files[1]:6d} open"
            f"  small {memory[2] / MEGABYTE:6.1f} MB {open_files[2]:4d} open"
            f"  {requests:8d} requests  {failures} failures", flush=True
        )

    def run(self):
        self.adapt()
        self.begin()
        half = self.options.active // 2
        self.work("hold", "held", self.options.idle)
        for number in range(2):
            self.work("visit", f"h1{number}", half // 2)
            self.work("visit", f"h2{number}", half // 2, "h2")
        began = time.time()
        if not self.watch(began, began + self.options.seconds):
            return 1
        self.clock.jump(0)
        self.stop.set()
        for worker in self.workers:
            if not worker.finish(120):
                self.fail("a client process did not end well")
        self.terminate()
        self.stop_upstream.set()
        if not self.upstream.finish(20):
            self.fail("the upstream process did not end well")
        return self.conclude()

    def terminate(self):
        """SIGTERM with streams open: each ends whole, and so do the processes."""
        metrics = [g.metric("gatekeeper_log_lines_total") for g in self.gatekeepers]
        self.count("log lines written or dropped", int(sum(metrics)))
        count = self.options.open_at_end
        streams = self.work("linger", "last", count, stop=multiprocessing.Event())
        while streams.process.is_alive() and "streams open at SIGTERM" not in streams.counts:
            streams.listen()
            time.sleep(0.05)
        began = time.time()
        for gatekeeper in self.gatekeepers:
            gatekeeper.process.send_signal(signal.SIGTERM)
        for gatekeeper in self.gatekeepers:
            try:
                status = gatekeeper.process.wait(timeout=40)
            except Exception:
                gatekeeper.process.kill()
                self.fail(f"{gatekeeper.name} did not end after SIGTERM")
                continue
            print(f"{gatekeeper.name} ended with {status} {time.time() - began:.1f} s after SIGTERM")
            if status != 0:
                self.fail(f"{gatekeeper.name} ended with {status}")
        if not streams.finish(30):
            self.fail("the streams that were open at SIGTERM did not end well")

    # The verdict.

    def conclude(self):
        totals = dict(self.counts)
        for worker in [*self.workers]:
            for name, number in worker.counts.items():
                totals[name] = totals.get(name, 0) + number
            for failure in worker.failures:
                self.fail(failure)
        for name, number in self.upstream.counts.items():
            totals[f"upstream: {name}"] = number
        print("\n" + "\n".join(f"{number:10d}  {name}" for name, number in sorted(totals.items())))
        self.check_counts(totals)
        self.check_memory()
        self.check_log()
        if totals.get("failures", 0) and not self.failures:
            self.fail("there were failures")
        print(f"\n{'FAILED' if self.failures else 'passed'}: {totals.get('requests', 0)} requests")
        return 1 if self.failures else 0

    def check_counts(self, totals):
        wanted = {f"fault: {fault.name}" for fault in UPSTREAM if fault.name != "none"} | {
            "SIGHUP", "clock jumps", "clients beyond the descriptors", "streams open at SIGTERM",
            "fault: client reads slowly", "fault: client writes slowly",
            "fault: client writes its head slowly", "fault: client half-closes",
            "fault: client leaves its body", "fault: client leaves its answer",
            "fault: client cancels", "fault: client pipelines", "fault: client has no token",
            "interim responses",
        }
        for name in sorted(wanted):
            if not totals.get(name):
                self.fail(f"never happened: {name}")
        lost = totals.get("upstream: kept connections that were lost", 0)
        if totals.get("races lost", 0) > lost:
            self.fail("more requests failed on kept connections than such connections were lost")
        held, works = (
            totals.get(name, 0) for name in ("connections held", "held connections that still work")
        )
        if held < self.options.idle or works < held:
            self.fail(f"of {self.options.idle} idle connections {held} were held, {works} still work")

    def check_memory(self):
        """After the first half memory grows by no more than a fifth and 24 MB."""
        for index, gatekeeper in enumerate(self.gatekeepers, start=1):
            first = [sample[index] for sample in self.samples[: len(self.samples) // 2 + 1]]
            second = [sample[index] for sample in self.samples[len(self.samples) // 2:]]
            if not second:
                continue
            bound = max(first) * 1.2 + 24 * MEGABYTE
            print(
                f"{gatekeeper.name}: {max(first) / MEGABYTE:.1f} MB at most in the first half, "
                f"{max(second) / MEGABYTE:.1f} in the second, bound {bound / MEGABYTE:.1f}"
            )
            if max(second) > bound:
                self.fail(f"the memory of {gatekeeper.name} grows")

    def check_log(self):
        """Every line is whole, through every rotation."""
        lines = 0
        for path in sorted(self.folder.glob("*.jsonl")):
            for line in path.read_bytes().splitlines():
                lines += 1
                try:
                    json.loads(line)
                except ValueError:
                    return self.fail(f"{path.name} has a broken line: {line[:200]!r}")
        print(f"{lines} lines in {self.rotations + 2} decision logs, every one whole")
        if lines == 0:
            self.fail("the decision log is empty")
        if "cannot write the decision log" not in self.tls.errors.read_text():
            self.fail("nobody was told of the full disk")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=900)
    parser.add_argument("--idle", type=int, default=10_000)
    parser.add_argument("--active", type=int, default=2_000)
    parser.add_argument("--open-at-end", type=int, default=60)
    parser.add_argument("--pace", type=float, default=8, help="longest pause of a visitor, seconds")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--binary", default=ROOT / ".build/release/gatekeeper")
    parser.add_argument(
        "--break-nonces", action="store_true", help="let answers be crossed, to see the end fail"
    )
    options = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)
    soak = Soak(options)
    try:
        return soak.run()
    finally:
        soak.stop.set()
        soak.stop_upstream.set()
        for gatekeeper in getattr(soak, "gatekeepers", []):
            if gatekeeper.is_running:
                gatekeeper.process.kill()
        for worker in [*soak.workers, getattr(soak, "upstream", None)]:
            if worker is not None and worker.process.is_alive():
                worker.process.kill()


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    os.chdir(ROOT)
    sys.exit(main())
